// Thousands of cards in a real browser: only those near the screen stand in the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser, pageWithModules } from '../support/chromium.js';

const launched = await browser();
const page = await pageWithModules(launched, '<link rel="stylesheet" href="/assets/gloss.css"><main id="reader">'
  + '<div id="text" class="text"></div><aside class="margin"><ol id="threads"></ol></aside></main>');
await page.setViewportSize({ width: 1280, height: 800 });
await page.evaluate(async () => {
  const { Margin } = await import('/assets/margin.js');
  const [text, list] = [document.querySelector('#text'), document.querySelector('#threads')];
  text.style.height = '200000px';
  const cards = new Map();
  window.margin = new Margin(list, text, {
    wanted: (key) => Number(key) * 100,
    card: (key) => {
      if (!cards.has(key)) {
        const card = document.createElement('li');
        card.className = 'thread';
        card.dataset.key = key;
        card.textContent = `card ${key}`;
        cards.set(key, card);
      }
      return cards.get(key);
    },
    attached: () => {},
  });
  window.made = () => cards.size;
  window.margin.watch(Array.from({ length: 2000 }, (_, i) => ({ key: String(i), weight: 1 })));
});
const shown = () => page.evaluate(() => [...document.querySelectorAll('.thread')].map((card) => Number(card.dataset.key)));
const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))));

test('at the top stand the first cards and not the last', async () => {
  await frames();
  const keys = await shown();
  assert.ok(keys.length < 60 && keys.includes(0) && !keys.includes(1999), keys.join());
});

test('further down stand those that are there, each at its passage', async () => {
  await page.evaluate(() => scrollTo(0, 100000));
  await frames();
  const keys = await shown();
  assert.ok(keys.length < 80 && keys.includes(1000) && !keys.includes(0), keys.join());
  assert.equal(await page.evaluate(() => document.querySelector('[data-key="1000"]').style.top), '100000px');
});

test('the card in focus stands in the page wherever the reader is', async () => {
  await page.evaluate(() => {
    window.margin.focused = '5';
    window.margin.place();
  });
  assert.ok((await shown()).includes(5));
});

test('cards that the reader never came near were never made', async () => {
  assert.ok(await page.evaluate(() => window.made()) < 200);
});

test('where more were written than fit beside the text, the lighter ones are one button, which shows them', async () => {
  await page.evaluate(() => {
    scrollTo(0, 0);
    window.margin.focused = null;
    window.margin.page.wanted = (key) => Number(key) * 10;
    window.margin.watch(Array.from({ length: 500 }, (_, i) => ({ key: String(i), weight: i === 30 ? 9 : 1 })));
  });
  await frames();
  const keys = await shown();
  assert.ok(keys.includes(30) && !keys.includes(40), keys.join());
  const folded = page.locator('.folded-notes button').first();
  assert.match(await folded.textContent(), /^\d+ more notes$/);
  await folded.click();
  await frames();
  assert.ok((await shown()).includes(40));
});
