/**
 * Names that users type are kept to be shown, and never become a key, a path or a header. Characters that could do harm when
 * somebody forgets that, or that make a name look like another, are stored percent-escaped.
 */

/** Control characters, lone surrogates, line separators, and the marks that turn the direction of text. */
const DECEPTIVE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const PATH_SEPARATORS = /[/\\]/g;

/** A title as shown: `<` and quotes stay, since escaping for HTML is the page's own task. */
export function escapeText(text: string): string {
  return text.replace(DECEPTIVE, percentEscape);
}

export function escapeFileName(name: string): string {
  return escapeText(name).replace(PATH_SEPARATORS, percentEscape);
}

/** In lower case, without the dot; undefined when there is none. */
export function extensionOf(name: string): string | undefined {
  return /[^.]\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1].toLowerCase();
}

export function withoutExtension(name: string): string {
  return name.replace(/(?<=[^.])\.[A-Za-z0-9]{1,8}$/, '');
}

/** UTF-8 bytes as `%XX`; a lone surrogate has no UTF-8 and becomes the replacement character's. */
function percentEscape(character: string): string {
  return [...Buffer.from(character, 'utf8')].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
