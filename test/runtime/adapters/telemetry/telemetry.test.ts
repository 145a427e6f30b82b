import { EmfMetrics } from '../../../../src/runtime/adapters/telemetry/emf-metrics';
import { logLibraryOutput } from '../../../../src/runtime/adapters/telemetry/library-output';
import { StructuredLogger } from '../../../../src/runtime/adapters/telemetry/structured-logger';
import { SERVICE_DIMENSION } from '../../../../src/runtime/contract';

/** What went to standard output meanwhile, line by line. */
function linesOf(work: () => void): Array<Record<string, unknown>> {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map(stream => jest.spyOn(stream, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  }));
  try {
    work();
  } finally {
    spies.forEach(spy => spy.mockRestore());
  }
  return written.join('').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, unknown>);
}

describe('the logger', () => {
  test('puts the fields of a child on each of its lines, and on nobody else’s', () => {
    const [child, grandchild, parent] = linesOf(() => {
      const logger = StructuredLogger.create('uploader', 'INFO');
      const correlated = logger.child({ correlationId: 'c1' });
      correlated.info('one', { videoId: 'v' });
      correlated.child({ videoId: 'w' }).warn('two');
      logger.error('three', { error: new Error('boom') });
    });
    expect(child).toMatchObject({ level: 'INFO', message: 'one', service: 'uploader', correlationId: 'c1', videoId: 'v' });
    expect(grandchild).toMatchObject({ level: 'WARN', correlationId: 'c1', videoId: 'w' });
    expect(parent).toMatchObject({ level: 'ERROR', error: { name: 'Error', message: 'boom' } });
    expect(parent).not.toHaveProperty('correlationId');
  });

  test('is silent below its level', () => {
    expect(linesOf(() => StructuredLogger.create('uploader', 'WARN').info('unheard'))).toEqual([]);
  });

  test('does not start with a level that does not exist', () => {
    expect(() => StructuredLogger.create('uploader', 'LOUD')).toThrow(/LOG_LEVEL must be one of DEBUG, INFO, WARN, ERROR; got 'LOUD'/);
  });
});

test('what a library prints is an entry of the log', () => {
  const { warn, error } = console;
  try {
    const lines = linesOf(() => {
      logLibraryOutput(StructuredLogger.create('processor', 'INFO'));
      console.warn('a request has exceeded %d ms', 1000);
      console.error(new Error('boom\nand more'));
    });
    expect(lines).toMatchObject([
      { level: 'WARN', service: 'processor', said: 'a request has exceeded 1000 ms' },
      { level: 'WARN', said: expect.stringMatching(/^Error: boom\nand more\n/) },
    ]);
  } finally {
    Object.assign(console, { warn, error });
  }
});

describe('metrics', () => {
  test('are written once, in the embedded format, under the dimension that the alarms read', () => {
    const lines = linesOf(() => {
      const metrics = new EmfMetrics('Videos', 'uploader');
      metrics.add('UploadsCreated', 1);
      metrics.add('JobSeconds', 2.5, 'Seconds');
      metrics.flush();
      metrics.flush();
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ [SERVICE_DIMENSION]: 'uploader', UploadsCreated: 1, JobSeconds: 2.5 });
    expect(lines[0]._aws).toMatchObject({
      CloudWatchMetrics: [{
        Namespace: 'Videos',
        Dimensions: [[SERVICE_DIMENSION]],
        Metrics: [{ Name: 'UploadsCreated', Unit: 'Count' }, { Name: 'JobSeconds', Unit: 'Seconds' }],
      }],
    });
  });
});
