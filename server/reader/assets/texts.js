// The list of texts: times in the reader's own words.

import './page.js';
import { ago, exactly } from './words.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  const iso = time.getAttribute('datetime') ?? '';
  time.textContent = ago(iso);
  time.setAttribute('title', exactly(iso));
}
