import { XMLParser, XMLValidator } from 'fast-xml-parser';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An element that is already escaped; only this module makes one. */
export type Element = { readonly xml: string };

export type Content = string | number | boolean | readonly Element[];

export function element(name: string, content: Content): Element {
  return { xml: `<${name}>${inner(content)}</${name}>` };
}

/** The element, or nothing when there is no value, for spreading into a list of children. */
export function optional(name: string, content: string | number | boolean | undefined): Element[] {
  return content === undefined ? [] : [element(name, content)];
}

export function xmlDocument(root: string, content: Content, namespaced = true): string {
  const namespace = namespaced ? ` xmlns="${NAMESPACE}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${inner(content)}</${root}>`;
}

export type XmlValue = string | XmlNode | XmlValue[];
export interface XmlNode { readonly [name: string]: XmlValue }

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  processEntities: true,
  // Numeric references such as &#x0D;, which the SDK writes for control characters in keys.
  htmlEntities: true,
});

/** Parses a request document and returns its root, or undefined when it is not well-formed or has another root. */
export function parseXml(source: string, root: string): XmlNode | undefined {
  if (XMLValidator.validate(source) !== true) return undefined;
  // An entity declaration has no place in an S3 request and is how XML is made to grow.
  if (source.includes('<!')) return undefined;
  const value = (parser.parse(source) as Record<string, XmlValue>)[root];
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

export function children(node: XmlNode, name: string): XmlNode[] {
  const value = node[name];
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.filter((child): child is XmlNode => typeof child === 'object' && !Array.isArray(child));
}

export function text(node: XmlNode, name: string): string | undefined {
  const value = node[name];
  return typeof value === 'string' ? value : undefined;
}

function inner(content: Content): string {
  return typeof content === 'object' ? content.map(child => child.xml).join('') : escapeText(String(content));
}

function escapeText(value: string): string {
  return value.replace(/[<>&"']|[\u0000-\u0008\u000b\u000c\u000e-\u001f\r]/g, char => ENTITIES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };
