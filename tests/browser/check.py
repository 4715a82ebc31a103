#!/usr/bin/env python3
"""Opens HTML reports in headless Chromium as a reader would, and says what is wrong with them.

    check.py [--screenshots FOLDER] FILE...

Each file is looked at 1280 and 390 pixels wide, light and dark: console errors, requests, anything off screen, text outside
its drawing, contrast, order of headings, names for assistive technology. One line for each fault; exit status 1 with any,
77 without Chromium. Talks to Chromium by the DevTools protocol over a pipe (--remote-debugging-pipe).
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")

# Runs in the page; returns a list of faults.
MEASURE = r"""
(() => {
  const faults = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push(`page is ${document.documentElement.scrollWidth} wide`);
  document.querySelectorAll('details').forEach(d => d.open = true);
  if (document.documentElement.scrollWidth > width) faults.push(`page unfolded is ${document.documentElement.scrollWidth} wide`);
  const name = e => `${e.tagName.toLowerCase()}.${e.getAttribute('class') || ''} "${(e.textContent || '').trim().slice(0, 40)}"`;
  const scrolls = e => { for (; e; e = e.parentElement) { const o = getComputedStyle(e).overflowX; if (o === 'auto' || o === 'scroll') return true; } return false; };
  for (const e of document.body.querySelectorAll('*')) {
    if (e.ownerSVGElement || scrolls(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1)) faults.push(`off screen: ${name(e)} ${box.left}..${box.right}`);
  }
  for (const box of document.querySelectorAll('.scroll, pre')) {
    if (box.scrollWidth > box.clientWidth && box.tabIndex < 0) faults.push(`cannot be scrolled by keyboard: ${name(box)}`);
  }
  for (const svg of document.querySelectorAll('svg')) {
    const view = svg.viewBox.baseVal;
    const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBBox()]);
    for (const [t, b] of texts) {
      if (b.x < -0.5 || b.y < -0.5 || b.x + b.width > view.width + 0.5 || b.y + b.height > view.height + 0.5)
        faults.push(`outside the drawing: ${name(t)} ${b.x}..${b.x + b.width} of ${view.width}`);
    }
    texts.sort((a, b) => a[1].y - b[1].y);
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length && j < i + 8; j++) {
      const [a, b] = [texts[i], texts[j]];
      const x = Math.min(a[1].x + a[1].width, b[1].x + b[1].width) - Math.max(a[1].x, b[1].x);
      const y = Math.min(a[1].y + a[1].height, b[1].y + b[1].height) - Math.max(a[1].y, b[1].y);
      if (x > 1 && y > 4) faults.push(`texts overlap: ${name(a[0])} and ${name(b[0])}`);
    }
  }
  let last = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const level = +h.tagName[1];
    if (level > last + 1) faults.push(`heading of level ${level} after ${last}: ${name(h)}`);
    last = level;
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => faults.push(`id twice: ${id}`));
  document.querySelectorAll('a[href^="#"]').forEach(a => { if (!document.getElementById(a.hash.slice(1))) faults.push(`leads nowhere: ${a.hash}`); });
  if (!document.documentElement.lang || !document.title.trim()) faults.push('no language or no title');
  for (const table of document.querySelectorAll('table')) for (const th of table.querySelectorAll('th'))
    if (!th.scope) faults.push(`no scope: ${name(th)}`);
  if (document.querySelector('script')) faults.push('a script');
  return faults.concat(contrast());

  function contrast() {
    const found = new Set();
    const parse = c => (c.match(/[\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0.5) return c; } return [255, 255, 255]; };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const e = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || e.closest('title,desc')) continue;
      const style = getComputedStyle(e);
      const svg = e.ownerSVGElement;
      const rung = svg && e.closest('.deciding');
      const under = rung ? parse(getComputedStyle(svg.querySelector('.band')).fill) : ground(svg || e);
      const ink = parse(svg ? style.fill : style.color);
      const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) found.add(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
    }
    return [...found].slice(0, 5);
  }
})()
"""


class Chromium:
    """A headless browser and its messages."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands, self.to = os.pipe()
        self.out, answers = os.pipe()
        flags = f"--headless --no-sandbox --disable-gpu --remote-debugging-pipe --user-data-dir={self.profile.name}"
        shell = f"exec {program} {flags} 3<&{commands} 4>&{answers} about:blank"
        self.process = subprocess.Popen(["sh", "-c", shell], pass_fds=(commands, answers), stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.rest, self.number, self.events = b"", 0, []
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def receive(self):
        while b"\0" not in self.rest:
            piece = os.read(self.out, 1 << 16)
            if not piece:
                raise SystemExit("Chromium ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, parameters=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path, width, scheme):
        self.call("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        self.call("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.events.clear()
        self.call("Page.navigate", {"url": path.resolve().as_uri()})
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def close(self):
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.profile.cleanup()


def complaints(events, path):
    """What the browser itself says, and what the page asked for."""
    for event in events:
        method, told = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled" or method == "Runtime.exceptionThrown":
            yield f"console: {json.dumps(told)[:200]}"
        elif method == "Log.entryAdded":
            yield f"log: {told['entry']['text']}"
        elif method == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if url != path.resolve().as_uri() and not url.startswith("data:"):
                yield f"request: {url}"


NAMED = {"image", "img", "link", "button", "region", "DisclosureTriangle", "heading", "navigation", "article", "SvgRoot"}


def unnamed(nodes):
    """What assistive technology would announce without a name; landmarks that are not there."""
    roles = set()
    for node in nodes:
        role = node.get("role", {}).get("value")
        if node.get("ignored"):
            continue
        roles.add(role)
        if role in NAMED and not node.get("name", {}).get("value", "").strip():
            yield f"no accessible name: {role}"
    for role in {"main", "contentinfo", "heading"} - roles:
        yield f"no {role}"


def look(browser, path, width, scheme, folder):
    browser.open(path, width, scheme)
    if folder:
        height = browser.call("Page.getLayoutMetrics")["cssContentSize"]["height"]
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, 4000), "scale": 1}
        shot = browser.call("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        (folder / f"{path.stem}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
    result = browser.call("Runtime.evaluate", {"expression": MEASURE, "returnByValue": True})
    if "value" not in result["result"]:
        yield f"measuring: {json.dumps(result)[:300]}"
    yield from result["result"].get("value", [])
    yield from unnamed(browser.call("Accessibility.getFullAXTree")["nodes"])
    yield from complaints(browser.events, path)


def main():
    words = sys.argv[1:]
    folder = None
    if words[:1] == ["--screenshots"]:
        folder, words = pathlib.Path(words[1]), words[2:]
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not program:
        print("no Chromium")
        return 77
    browser, bad = Chromium(program), False
    try:
        for path in map(pathlib.Path, words):
            for width in WIDTHS:
                for scheme in SCHEMES:
                    for fault in dict.fromkeys(look(browser, path, width, scheme, folder)):
                        bad = True
                        print(f"{path.name} {width} {scheme}: {fault}")
    finally:
        browser.close()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
