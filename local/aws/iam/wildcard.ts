const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** An IAM pattern: `*` is any run of characters (also none, also `/` and `:`), `?` exactly one. */
export function wildcard(pattern: string, flags: '' | 'i' = ''): RegExp {
  const source = pattern.replace(SPECIAL, character => {
    if (character === '*') return '.*';
    if (character === '?') return '.';
    return `\\${character}`;
  });
  return new RegExp(`^${source}$`, `s${flags}`);
}
