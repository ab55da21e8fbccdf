// People who read in browsers of their own. Each screen keeps what its browser complained about:
// script errors, and everything that the page's security policy refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// A 4xx that a form shows in words is no fault of the page, nor is a server that a test took away.
const EXPECTED = /Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_(CONNECTION_|EMPTY_RESPONSE|ABORTED))/;

// In whatever a file's tests did, no browser had anything to complain about, and no policy was broken.
const screens = [];
after(() => {
  for (const screen of screens) screen.isContent();
});

export class Screen {
  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} url of the server
   * @param {object} [options] of the browser context
   */
  static async open(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: url, ...options });
    return new Screen(await context.newPage(), url);
  }

  /** @param {import('playwright-core').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    /** @type {string[]} */
    this.complaints = [];
    screens.push(this);
    page.on('pageerror', (error) => this.complaints.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) this.complaints.push(message.text());
    });
    this.reported = page.addInitScript(() => addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      console.error(`refused by the security policy: ${violatedDirective} ${blockedURI} (${sourceFile}:${lineNumber})`), true));
  }

  async goes(path) {
    await this.reported;
    await this.page.goto(path);
  }

  /** Opens a text and waits until its notes are there. */
  async reads(path) {
    await this.goes(path);
    await this.settled();
  }

  async settled() {
    await this.page.waitForSelector('html[data-ready]');
  }

  /** Signs up with the form of a set-up or join link. */
  async signsUp(name, displayName) {
    await this.page.fill('#signup [name=display_name]', displayName);
    await this.page.fill('#signup [name=name]', name);
    await this.page.fill('#signup [name=password]', `the password of ${name}`);
    await this.page.click('#signup button[type=submit]');
    await this.page.waitForURL((url) => !/\/(setup|join)\//.test(url.pathname));
  }

  async signsIn(name, password, next = '/') {
    await this.goes(`/signin?next=${encodeURIComponent(next)}`);
    await this.page.fill('#signin [name=name]', name);
    await this.page.fill('#signin [name=password]', password);
    await this.page.click('#signin button[type=submit]');
    await this.page.waitForURL((url) => url.pathname !== '/signin');
  }

  /** Selects words of the text with the mouse, as a reader does. */
  async selects(words) {
    const ends = await this.page.evaluate((wanted) => {
      const walker = document.createTreeWalker(document.querySelector('#body'), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const at = walker.currentNode.nodeValue.indexOf(wanted);
        if (at < 0) continue;
        walker.currentNode.parentElement.scrollIntoView({ block: 'center' });
        // the edge where a character begins or ends is on its other side where it runs from right to left
        const edge = (from, to, isEnd) => {
          const range = document.createRange();
          range.setStart(walker.currentNode, from);
          range.setEnd(walker.currentNode, to);
          const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
          const { left, right, top, height } = rects[isEnd ? rects.length - 1 : 0];
          const isRight = isEnd !== /[\u0590-\u08ff]/.test(range.toString());
          return [isRight ? right - 0.5 : left + 0.5, top + height / 2];
        };
        const [first] = [...wanted];
        const last = [...wanted].at(-1);
        return [...edge(at, at + first.length, false), ...edge(at + wanted.length - last.length, at + wanted.length, true)];
      }
      return null;
    }, words);
    assert.ok(ends, `"${words}" stands in the text`);
    const { mouse } = this.page;
    await mouse.move(ends[0], ends[1]);
    await mouse.down();
    await mouse.move((ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2, { steps: 3 });
    await mouse.move(ends[2], ends[3], { steps: 3 });
    await mouse.up();
    await this.page.waitForSelector('.bar:not([hidden])');
  }

  /** @param {'Highlight' | 'Comment' | 'Question' | 'Copy link'} name */
  async presses(name) {
    await this.page.click(`.bar button:text-is("${name}")`);
  }

  async comments(words, body, { visibility } = {}) {
    await this.selects(words);
    await this.presses('Comment');
    await this.page.fill('.writing textarea', body);
    if (visibility) await this.page.selectOption('.writing select[aria-label="Who may read it"]', visibility);
    await this.page.click('.writing button[type=submit]');
    await this.page.waitForSelector('.writing', { state: 'detached' });
    return this.thread(body);
  }

  /** The card of the thread in which these words stand. */
  thread(words) {
    return this.page.locator('#threads > .thread, dialog.sheet > .thread', { hasText: words });
  }

  async sees(words) {
    await this.thread(words).first().waitFor({ state: 'attached' });
  }

  async opens(words) {
    await this.thread(words).first().locator('header').first().click();
    await this.page.waitForSelector('.thread.focused');
  }

  async replies(words, body) {
    await this.opens(words);
    const card = this.thread(words).first();
    await card.locator('[data-act=reply]').click();
    await card.locator('.slot textarea').fill(body);
    await card.locator('.slot textarea').press('Control+Enter');
    await card.locator('.replies', { hasText: body }).waitFor();
  }

  /** The words that are painted, by class of paint. */
  async painted() {
    return this.page.evaluate(() => Object.fromEntries([...CSS.highlights].map(([name, ranges]) =>
      [name.replace('gloss-', ''), [...ranges].map(String)]).filter(([, words]) => words.length)));
  }

  /** All that axe can check; it needs a context with bypassCSP. @param {string} where for the message */
  async isAccessible(where) {
    await this.page.evaluate(readFileSync(AXE, 'utf8'));
    const { violations } = await this.page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
    assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id}: ${node.html.slice(0, 120)}`)), []);
  }

  async close() {
    await this.page.context().close();
  }

  /** Everything that the browser complained about so far. */
  isContent() {
    assert.deepEqual(this.complaints, []);
  }
}
