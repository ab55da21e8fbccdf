// Debian's own Chromium, driven by playwright-core. Nothing is downloaded.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { root } from './binary.js';

const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

/** A browser for the tests of one file. */
export async function browser() {
  const launched = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
  after(() => launched.close());
  return launched;
}

/**
 * A page that has the reading page's modules and no server: `import('/assets/NAME.js')` works in it.
 *
 * @param {import('playwright-core').Browser} launched
 * @param {string} html its body
 */
export async function pageWithModules(launched, html) {
  const page = await launched.newPage();
  await page.route('http://gloss.test/**', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<!doctype html><body>${html}</body>` });
    const file = join(root, 'server/reader/assets', basename(pathname));
    return route.fulfill({ contentType: file.endsWith('.css') ? 'text/css' : 'text/javascript', body: readFileSync(file, 'utf8') });
  });
  await page.goto('http://gloss.test/');
  return page;
}
