import * as fs from 'node:fs';
import * as path from 'node:path';
import { documents, ROOT } from './documents';

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(file: string): string[] {
  return [...fs.readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-'));
}

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  const links = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  return links.filter(link => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target, anchor] = link.split('#');
    const file = target ? path.resolve(ROOT, path.dirname(page), target) : path.resolve(ROOT, page);
    if (!fs.existsSync(file)) return true;
    return Boolean(anchor) && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
  }).map(link => `${page}: ${link}`);
}

test('every relative link in the documents leads to a file, and to a heading in it', () => {
  expect(documents().flatMap(page => brokenLinks(page, fs.readFileSync(path.join(ROOT, page), 'utf8')))).toEqual([]);
});

test('a link to a missing file or heading is found', () => {
  expect(brokenLinks('docs/README.md', '[a](nowhere.md) [b](glossary.md#nowhere) [c](glossary.md#glossary)'))
    .toEqual(['docs/README.md: nowhere.md', 'docs/README.md: glossary.md#nowhere']);
});

test('every page of docs/ can be reached from its index', () => {
  const index = fs.readFileSync(path.join(ROOT, 'docs', 'README.md'), 'utf8');
  const pages = fs.readdirSync(path.join(ROOT, 'docs')).filter(name => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter(page => !index.includes(`(${page})`))).toEqual([]);
});
