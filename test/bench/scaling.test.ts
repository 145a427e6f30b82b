import * as path from 'node:path';
import { AlarmSettings, AlarmState, nextState } from '../../bench/scaling/alarm';
import { evaluate } from '../../bench/scaling/expression';
import { readScaling, ScalingRules } from '../../bench/scaling/read-template';
import { SCENARIOS } from '../../bench/scaling/scenarios';
import { simulate } from '../../bench/scaling/simulate';
import { readBetweenMarkers } from '../../bench/suites/markers';
import { scalingTable } from '../../bench/suites/scaling';
import { synthesizeExample } from '../support/examples';

describe('metric math', () => {
  test.each([
    ['visible + inFlight', { visible: 2, inFlight: 3 }, 5],
    ['visible + inFlight', { visible: 2, inFlight: undefined }, undefined],
    ['visible + FILL(inFlight, 0)', { visible: 2, inFlight: undefined }, 2],
    ['IF(visible > 0 AND FILL(desired, 0) < 1, 1, 0)', { visible: 1, desired: undefined }, 1],
    ['IF(visible > 0 AND FILL(desired, 0) < 1, 1, 0)', { visible: 1, desired: 1 }, 0],
    ['2 + 3 * (4 - 1) / MAX(1, 3)', {}, 5],
  ])('%s of %j is %p', (expression, values, result) => {
    expect(evaluate(expression, values)).toBe(result);
  });

  test('refuses what it does not know', () => {
    expect(() => evaluate('RATE(m)', { m: 1 })).toThrow('metric math calls RATE, which the model does not know');
    expect(() => evaluate('n', { m: 1 })).toThrow("metric math names 'n'");
  });
});

/** The cases of CloudWatch's own page on missing data: three of three, `X` breaching, `0` not, `-` missing, the newest last. */
describe('an alarm whose datapoints are missing', () => {
  const three: AlarmSettings = { comparison: 'GreaterThanThreshold', threshold: 0, evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: 'missing' };
  const after = (pattern: string, treatMissingData: string, state: AlarmState = 'OK') =>
    nextState({ ...three, treatMissingData }, [...pattern].map(sign => ({ X: 1, 0: 0 })[sign]), state);

  test.each([
    ['0-X-X', { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['-----', { missing: 'INSUFFICIENT_DATA', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
    ['-X-XX', { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['-----X'.slice(1), { breaching: 'ALARM', notBreaching: 'OK' }],
  ])('%s', (pattern, states) => {
    for (const [treatment, state] of Object.entries(states)) expect([treatment, after(pattern, treatment)]).toEqual([treatment, state]);
  });

  test('that are ignored leave it in ALARM', () => {
    expect(after('-----', 'ignore', 'ALARM')).toBe('ALARM');
  });

  test('alarms by M of N', () => {
    const twoOfThree = { ...three, datapointsToAlarm: 2, treatMissingData: 'notBreaching' };
    expect(nextState(twoOfThree, [0, 1, 0, 1], 'OK')).toBe('ALARM');
    expect(nextState(twoOfThree, [1, 1, 0, 0], 'OK')).toBe('OK');
  });
});

/** Policies that infer the first worker from metrics, and count tasks by Container Insights: what the model must find wanting. */
const BY_METRICS_ALONE: ScalingRules = {
  min: 0,
  max: 10,
  steps: [
    {
      name: 'FirstTask',
      adjustment: 'ChangeInCapacity',
      amount: 1,
      cooldownSeconds: 120,
      alarm: {
        expression: 'IF(visible > 0 AND FILL(desired, 0) < 1, 1, 0)',
        metrics: { visible: 'ApproximateNumberOfMessagesVisible', desired: 'DesiredTaskCount' },
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        treatMissingData: 'ignore',
      },
    },
  ],
  tracking: [{
    name: 'BacklogPerTask',
    query: {
      expression: 'visible / IF(FILL(running, 0) > 0, FILL(running, 0), 1)',
      metrics: { visible: 'ApproximateNumberOfMessagesVisible', running: 'RunningTaskCount' },
    },
    target: 2.5,
    cooldownSeconds: 60,
  }],
};

const SCENARIO = Object.fromEntries(SCENARIOS.map(each => [each.name, each]));

describe('the model, of policies that start the first worker by an alarm', () => {
  test('shows the wait for the metrics of a cold queue', async () => {
    expect((await simulate(BY_METRICS_ALONE, SCENARIO['one job, cold queue: metrics 15 min late'])).firstWantedAfter).toBeGreaterThan(10 * 60);
  });

  test('shows more workers than jobs while Spot has no place', async () => {
    expect((await simulate(BY_METRICS_ALONE, SCENARIO['one job, no Spot for 20 min'])).mostOverJobs).toBeGreaterThan(3);
  });

  test('shows a job that is never begun without metrics', async () => {
    expect((await simulate(BY_METRICS_ALONE, SCENARIO['one job, no metrics at all'])).unfinished).toBe(1);
  });
});

describe("the examples' scaling", () => {
  const rules = (stack: string) => readScaling(synthesizeExample('three-environments').templates[stack]);

  test('is read from the template', () => {
    const { scaler, steps, tracking } = rules('ProdVideos');
    expect(scaler).toEqual({ maxWorkers: 10, jobsPerWorker: 2, concurrency: 1, wakesByEvent: true, everySeconds: 60 });
    expect([steps.map(({ name }) => name), tracking]).toEqual([['ScaleIn'], []]);
  });

  test.each(['DevVideos', 'UatVideos', 'ProdVideos'])('of %s loses no job, keeps to the most workers and to the jobs, and lets nobody stay', async stack => {
    const given = rules(stack);
    for (const each of SCENARIOS) {
      const outcome = await simulate(given, each);
      expect([each.name, outcome.unfinished, outcome.mostOverJobs]).toEqual([each.name, 0, 0]);
      expect(outcome.mostDesired).toBeLessThanOrEqual(given.max);
      // Without any word of the queue nobody is sent home: that is the safe side.
      if (!each.withoutMetrics) expect([each.name, outcome.workers.at(-1)]).toEqual([each.name, given.min]);
    }
  });

  test('starts one worker for one job within seconds, whatever the metrics say', async () => {
    for (const each of SCENARIOS.filter(({ arrivals, eventsLost, scalerFrom }) => arrivals.length === 1 && !eventsLost && !scalerFrom)) {
      const { firstWantedAfter, mostDesired } = await simulate(rules('ProdVideos'), each);
      expect([each.name, firstWantedAfter! <= 10, mostDesired]).toEqual([each.name, true, 1]);
    }
  });

  test('makes up for a lost event within a minute', async () => {
    expect((await simulate(rules('ProdVideos'), SCENARIO['one job, its event lost'])).firstWantedAfter).toBeLessThanOrEqual(60);
  });

  test('wants fewer workers while a job is in flight only where the job began after the alarm\'s last look; it is protected', async () => {
    for (const each of SCENARIOS) {
      const { scaleInsInFlight, unfinished } = await simulate(rules('ProdVideos'), each);
      expect([each.name, scaleInsInFlight, unfinished]).toEqual([each.name, each.name === 'another just before scale-in' ? 1 : 0, 0]);
    }
  });

  test('has nobody wait behind a job of hours', async () => {
    const { waits } = await simulate(rules('ProdVideos'), SCENARIO['one of 5 h, and one of 2 min behind it']);
    expect(waits[1]).toBeLessThan(4 * 60);
  });

  test('grows with a burst to the most, within two minutes', async () => {
    const { mostDesired, workers } = await simulate(rules('ProdVideos'), SCENARIO['a burst of 100']);
    expect([mostDesired, workers[12]]).toEqual([10, 10]);
  });

  test('has no deployment wait for longer than half an hour, and no job is lost by it', async () => {
    for (const each of SCENARIOS.filter(({ deploymentAt }) => deploymentAt !== undefined)) {
      const { deploymentSeconds, unfinished } = await simulate(rules('ProdVideos'), each);
      expect([each.name, deploymentSeconds! <= 35 * 60, unfinished]).toEqual([each.name, true, 0]);
    }
  });

  test('would have it wait for the longest job, or the backlog, if protection had no end: the model sees it', async () => {
    const endless = { ...rules('ProdVideos'), protectionSeconds: undefined };
    expect((await simulate(endless, SCENARIO['a deployment, a job of 5 h'])).deploymentSeconds).toBeGreaterThan(3 * 3600);
    expect((await simulate(endless, SCENARIO['a deployment, a backlog of hours'])).deploymentSeconds).toBeGreaterThan(35 * 60);
  });

  test("is what the page's table says: run 'npm run synth' and 'npm run bench -- scaling --docs' after a change", async () => {
    const page = path.resolve(__dirname, '../../docs/scaling.md');
    expect(readBetweenMarkers(page, 'scaling')).toBe(await scalingTable(rules('ProdVideos')));
  });

  /** The same but for its idle alarm. */
  const withIdleAlarm = (expression: string): ScalingRules => {
    const all = rules('ProdVideos');
    return { ...all, steps: all.steps.map(step => ({ ...step, cooldownSeconds: 60, alarm: { ...step.alarm, expression } })) };
  };

  test('would take workers away under a job if the idle alarm looked at waiting jobs alone: the model sees it', async () => {
    const { scaleInsInFlight } = await simulate(withIdleAlarm('IF(visible < 1, 1, 0)'), SCENARIO['one job of 5 h']);
    expect(scaleInsInFlight).toBeGreaterThan(0);
  });

  test('would take the first worker away again if the idle alarm were on while nobody works: the model sees it', async () => {
    const { waits } = await simulate(withIdleAlarm('IF(visible + FILL(inFlight, 0) < 1, 1, 0)'), SCENARIO['one job']);
    expect(waits[0]).toBeGreaterThan(120);
  });

  test('would never come back to zero without FILL, as series are silent at zero: the model sees it', async () => {
    const { workers } = await simulate(withIdleAlarm('IF(visible + inFlight < 1 AND inVain > 0, 1, 0)'), SCENARIO['one job']);
    expect(workers.at(-1)).toBe(1);
  });
});
