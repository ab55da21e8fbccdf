// Positions in the text, in a real browser: what is selected is what is stored is what is painted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser, pageWithModules } from '../support/chromium.js';

const TEXT = `<div id="body">
<h1 data-o="0" dir="auto">Walking 🚶🏽 out</h1>
<p data-o="15" dir="auto">One <em>two</em> three e\u0301 four.</p>
<ul>
<li><div data-o="38" dir="auto">עברית and English</div></li>
</ul>
<pre data-o="56" dir="auto"><code>a
  b</code></pre>
</div><p id="outside">outside</p>`;
const CANONICAL = 'Walking 🚶🏽 out\nOne two three e\u0301 four.\nעברית and English\na\n  b';

const launched = await browser();
const page = await pageWithModules(launched, TEXT);
await page.evaluate(async () => {
  const { TextMap } = await import('/assets/offsets.js');
  const paint = await import('/assets/paint.js');
  Object.assign(window, { TextMap, paint, map: new TextMap(document.querySelector('#body')) });
});

test('the stamps and the blocks together are the canonical text', async () => {
  assert.equal(await page.evaluate(() => window.map.text(0, window.map.end)), CANONICAL);
});

test('characters are code points: an emoji with a skin tone counts two', async () => {
  assert.equal(await page.evaluate(() => window.map.text(8, 10)), '🚶🏽');
});

test('every passage of the text leads to ranges that show it, and back', async () => {
  const faults = await page.evaluate((canonical) => {
    const chars = [...canonical];
    const wrong = [];
    for (let start = 0; start < chars.length; start += 1)
      for (let end = start + 1; end <= chars.length; end += 1) {
        const said = chars.slice(start, end).join('');
        const shown = window.map.ranges(start, end).map(String).join('\n');
        if (shown.replace(/\n/g, '') !== said.replace(/\n/g, '')) wrong.push([start, end, shown]);
        const range = window.map.ranges(start, start + 1)[0];
        if (range && chars[start] !== '\n'
          && window.map.position(range.startContainer, range.startOffset, 'start') !== start) wrong.push([start, 'start']);
      }
    return wrong.slice(0, 5);
  }, CANONICAL);
  assert.deepEqual(faults, []);
});

test('a selection over several blocks gives the passage without white space at its ends', async () => {
  const passage = await page.evaluate(() => {
    const range = document.createRange();
    range.setStart(document.querySelector('h1'), 0);
    range.setEndBefore(document.querySelector('ul')); // as a triple click ends: after the paragraph
    return window.map.passage(range);
  });
  assert.deepEqual(passage, { start: 0, end: 37 });
});

test('a selection that ends outside the text ends with the text', async () => {
  const passage = await page.evaluate(() => {
    const range = document.createRange();
    range.setStart(document.querySelector('code').firstChild, 0);
    range.setEnd(document.querySelector('#outside').firstChild, 3);
    return window.map.passage(range);
  });
  assert.deepEqual(passage, { start: 56, end: 61 });
});

test('what the page adds to a block does not count', async () => {
  const end = await page.evaluate(() => {
    const button = document.createElement('button');
    button.setAttribute('data-aside', '');
    button.textContent = '2 notes';
    document.querySelector('h1').prepend(button);
    const { end: all } = new window.TextMap(document.querySelector('#body'));
    button.remove();
    return all;
  });
  assert.equal(end, 61);
});

test('without CSS highlights passages are marks, and positions stay as they were', async () => {
  const [marked, text] = await page.evaluate(() => {
    const painter = new window.paint.MarkPainter(window.map);
    painter.paint([{ start: 2, end: 9 }, { start: 6, end: 24 }, { start: 34, end: 43 }]);
    painter.put('focus', { start: 0, end: 20 });
    painter.put('focus', null);
    const marks = [...document.querySelectorAll('mark.gloss')].map((mark) => mark.textContent).join('|');
    const after = window.map.text(0, window.map.end);
    painter.paint([]);
    return [marks, after];
  });
  assert.equal(marked, 'lkin|g 🚶|🏽 out|One |two| t|ur.|עברית');
  assert.equal(text, CANONICAL);
});

test('the markup of a note is copied by a list of elements, under Trusted Types', async () => {
  const out = await page.evaluate(async () => {
    const { fragmentOf } = await import('/assets/safe.js');
    const div = document.createElement('div');
    div.append(fragmentOf('<p onclick="x()">a <em>b</em><script>c()</script><img src=x onerror=d()> <a href="javascript:e()">f</a> <a href="https://example.org/" target=_top>g</a></p><svg><circle/></svg>'));
    return div.innerHTML;
  });
  assert.equal(out, '<p>a <em>b</em>c() <a>f</a> <a href="https://example.org/" rel="nofollow noopener ugc">g</a></p>');
});
