import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RejectionCode } from '../../../src/runtime/domain/errors';

test('every rejection code is documented, and no other', () => {
  const text = readFileSync(path.resolve(__dirname, '../../../docs/rejection-codes.md'), 'utf8').split('## What is not')[0];
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(documented.sort()).toEqual(Object.values(RejectionCode).sort());
});
