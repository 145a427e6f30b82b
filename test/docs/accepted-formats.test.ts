import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ACCEPTED_TYPES } from '../../src/runtime/contract/upload-policy';
import { ACCEPTED_FORMATS, acceptedFormats } from '../../src/runtime/domain/accepted-formats';

test('docs/accepted-formats.md is the table that the code makes', () => {
  expect(readFileSync(path.resolve(__dirname, '../../docs/accepted-formats.md'), 'utf8')).toBe(acceptedFormats());
});

test('each ending that may be uploaded stands in one row, and no other', () => {
  expect(ACCEPTED_FORMATS.flatMap(({ endings }) => endings).sort()).toEqual(Object.keys(ACCEPTED_TYPES).sort());
});
