/**
 * Names that users type are kept to be shown, and never become a key, a path or a header. Characters that could do harm when
 * somebody forgets that, or that make a name look like another, are stored percent-escaped.
 */

/**
 * Control characters, lone surrogates, line separators and whatever is invisible: format characters (direction marks, zero width,
 * soft hyphen, tags) and the fillers of Hangul. Joiners stay between two visible characters beyond ASCII: emoji and scripts such as
 * Persian need them.
 */
const DECEPTIVE = new RegExp([
  '[\\p{Cc}\\p{Cs}\\u2028\\u2029\\u115f\\u1160\\u3164\\uffa0]',
  '(?![\\u200c\\u200d])\\p{Cf}',
  '(?<![^\\p{ASCII}\\p{Cf}])[\\u200c\\u200d]',
  '[\\u200c\\u200d](?![^\\p{ASCII}\\p{Cf}])',
].join('|'), 'gu');
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
