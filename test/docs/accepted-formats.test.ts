import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { acceptedFormats } from '../../src/runtime/domain/accepted-formats';

test('docs/accepted-formats.md is the table that the code makes', () => {
  expect(readFileSync(path.resolve(__dirname, '../../docs/accepted-formats.md'), 'utf8')).toBe(acceptedFormats());
});
