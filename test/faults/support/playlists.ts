/** The objects that a playlist names, each once. */
export function namedObjects(playlist: string): string[] {
  const names = playlist.split('\n').flatMap(line => {
    if (line.startsWith('#')) return [...line.matchAll(/URI="([^"]+)"/g)].map(match => match[1]);
    return line.trim() === '' ? [] : [line.trim()];
  });
  return [...new Set(names)];
}
