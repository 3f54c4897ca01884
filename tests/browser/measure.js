(() => {
  const parts = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);

  // WCAG 2.2, relative luminance and contrast ratio.
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const a = luminance(one), b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  // ground is the first colour that an element stands on; paper is white.
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };

  // seen tells whether somebody sees what has these boxes within an element: it is
  // drawn, not clear as glass, and not clipped down to a dot, as what is meant for
  // screen readers only.
  const seen = (boxes, e) => {
    if (!boxes.length || getComputedStyle(e).visibility !== 'visible') return false;
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e), box = e.getBoundingClientRect();
      if (style.opacity === '0' || (style.overflow !== 'visible' && style.display !== 'inline' && (box.width <= 1 || box.height <= 1))) return false;
    }
    return true;
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter((e) => seen(e.getClientRects(), e));

  // breaksOf pairs the words around each end of a line that the width, not the author, put there.
  const breaksOf = (node) => {
    const found = [];
    let last;
    for (const word of node.textContent.matchAll(/[^ \t\n]+/g)) { // a space that does not break is part of a word
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const [box] = range.getClientRects();
      if (!box) continue;
      if (last && box.top > last.top + 2) found.push(last.word + '\n' + word[0]);
      last = { word: word[0], top: box.top };
    }
    return found;
  };

  const texts = [], breaks = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), e = walk.currentNode.parentElement;
    range.selectNodeContents(walk.currentNode);
    if (!text || !seen(range.getClientRects(), e)) continue;
    const style = getComputedStyle(e);
    breaks.push(...breaksOf(walk.currentNode));
    texts.push({ text: text.slice(0, 60), size: parseFloat(style.fontSize), contrast: contrast(parts(style.color), ground(e)) });
  }

  const called = (e) => e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.labels?.length || e.querySelector('img[alt]:not([alt=""])');
  const box = (e) => e.getBoundingClientRect();
  // outside tells what sticks out of the window, or of its own box though nothing hides it.
  const outside = (e) => {
    const style = getComputedStyle(e);
    return box(e).right > document.documentElement.clientWidth + 1 || box(e).left < -1 ||
      (!style.display.startsWith('inline') && style.overflowX === 'visible' && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1);
  };
  const target = (e) => ({ tag: e.tagName.toLowerCase(), text: e.textContent.trim().slice(0, 60), width: box(e).width, height: box(e).height });
  return {
    width: document.documentElement.scrollWidth,
    window: innerWidth,
    ground: getComputedStyle(document.body).backgroundColor,
    texts,
    breaks,
    images: all('img').map((i) => ({ alt: i.alt, width: box(i).width, height: box(i).height, loaded: i.naturalWidth > 0 })),
    targets: all('button, input, select, label, a.button').map(target),
    links: all('a').map(target),
    outside: all('body *').filter(outside).map((e) => e.outerHTML.slice(0, 90)),
    unnamed: all('button, input, select, a, iframe').filter((e) => !called(e)).map((e) => e.outerHTML.slice(0, 90)),
  };
})()
