import { ACCEPTED_TYPES } from '../../contract';
import { formatBytes } from '../data/format';
import { strings } from '../strings';

const ACCEPTED_EXTENSIONS: readonly string[] = Object.keys(ACCEPTED_TYPES);
export const ACCEPTED_NAMES: string = ACCEPTED_EXTENSIONS.map(name => name.toUpperCase()).join(', ');
/** For `<input accept>`. */
export const ACCEPT: string = ACCEPTED_EXTENSIONS.map(name => `.${name}`).join(',');

export type CheckedFile = { readonly contentType: string } | { readonly refusal: string };

/** The uploader's own rules, asked before a byte is sent. */
export function checkFile({ name, size, type }: Pick<File, 'name' | 'size' | 'type'>, maxBytes: number): CheckedFile {
  const extension = /[^.]\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1].toLowerCase() ?? '';
  const types = Object.hasOwn(ACCEPTED_TYPES, extension) ? ACCEPTED_TYPES[extension] : undefined;
  if (!types) return { refusal: strings.upload.wrongType(ACCEPTED_NAMES) };
  if (size === 0) return { refusal: strings.upload.empty };
  if (size > maxBytes) return { refusal: strings.upload.tooLarge(formatBytes(size), formatBytes(maxBytes)) };
  // Browsers know few of these types, and some know them by another name.
  return { contentType: types.includes(type) ? type : types[0] };
}
