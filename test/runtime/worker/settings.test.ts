import { EnvironmentError, PROCESSOR_ENVIRONMENT, readEnvironment, STANDARD_LADDER } from '../../../src/runtime/contract';
import { workerSettings } from '../../../src/runtime/worker/settings';

const ENVIRONMENT = {
  CATALOG_TABLE: 't',
  VIDEO_BUCKET: 'b',
  METRICS_NAMESPACE: 'n',
  LOG_LEVEL: 'INFO',
  MAX_UPLOAD_BYTES: '500',
  JOB_QUEUE_URL: 'u',
  MAX_RECEIVE_COUNT: '3',
  VISIBILITY_TIMEOUT_SECONDS: '180',
  HEARTBEAT_SECONDS: '60',
  MAX_JOB_SECONDS: '7200',
  PROTECTION_SECONDS: '1800',
  STOP_TIMEOUT_SECONDS: '120',
  CONCURRENCY: '1',
  SCRATCH_DIR: 'scratch',
  SCRATCH_BYTES: '1000',
  LADDER_PROFILE: JSON.stringify(STANDARD_LADDER),
};
const settings = (changes: Record<string, string> = {}) =>
  workerSettings(readEnvironment(PROCESSOR_ENVIRONMENT, { ...ENVIRONMENT, ...changes }));

test('a lease lasts two heartbeats, and the ladder arrives whole', () => {
  expect(settings()).toMatchObject({ leaseMs: 120_000, heartbeatMs: 60_000, profile: STANDARD_LADDER });
  expect(settings({ LADDER_PROFILE: JSON.stringify({ ...STANDARD_LADDER, effort: 'slow' }) }).profile.effort).toBe('slow');
});

test.each(['{}', '[]', 'null', JSON.stringify({ ...STANDARD_LADDER, rungs: [] }), JSON.stringify({ ...STANDARD_LADDER, rungs: [{ name: '../x' }] })])(
  'a ladder that is none stops the start: %s', profile => {
    expect(() => settings({ LADDER_PROFILE: profile })).toThrow(EnvironmentError);
  });
