import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { InterruptedError, PermanentError, TransientError } from '../../../src/runtime/domain/errors';
import { FailureCode, FAILURES } from '../../../src/runtime/domain/failure-codes';

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/failure-codes.md'), 'utf8');

test('the page has one row per code, and says what the code does', () => {
  const rows = PAGE.split('\n').filter(line => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries(FAILURES).map(([code, { retry, meaning, action }]) => `| \`${code}\` | ${retry} | ${meaning} | ${action} |`));
});

test('the code decides whether an error is retried', () => {
  expect(new TransientError(FailureCode.SERVICE_UNAVAILABLE, '503')).toMatchObject({ retry: 'now', retryable: true });
  expect(new TransientError(FailureCode.SCRATCH_FULL, 'full')).toMatchObject({ retry: 'later', retryable: true });
  expect(new InterruptedError('stopped')).toMatchObject({ code: 'INTERRUPTED', retry: 'later', retryable: true });
  expect(new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, 'denied')).toMatchObject({ retry: 'never', retryable: false });
});
