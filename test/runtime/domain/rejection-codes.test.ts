import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RejectedError, RejectionCode } from '../../../src/runtime/domain/errors';
import { REJECTIONS } from '../../../src/runtime/domain/rejections';
import { WarningCode } from '../../../src/runtime/domain/source-warning';
import { SENTENCES } from '../../support/sentences';

const page = (name: string) => readFileSync(path.resolve(__dirname, '../../../docs', name), 'utf8');

test('the page has one row per rejection code, and says what the code says', () => {
  const rows = page('rejection-codes.md').split('\n').filter(line => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries(REJECTIONS).map(([code, { meaning, cause, advice }]) => `| \`${code}\` | ${meaning} | ${cause} | ${advice} |`));
});

test.each(Object.values(RejectionCode))('%s ends with what its owner can do', code => {
  const { message } = new RejectedError(code, 'The file is odd.');
  expect(message).toBe(`The file is odd. ${REJECTIONS[code].advice}`);
  expect(message).toMatch(SENTENCES);
  expect(REJECTIONS[code].advice).toMatch(/^(Upload|Export|Copy|Cut) .+\.$/);
});

test('every warning code is documented, and no other', () => {
  const documented = [...page('field-files.md').matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code).filter(code => !(code in REJECTIONS));
  expect([...new Set(documented)].sort()).toEqual(Object.values(WarningCode).sort());
});
