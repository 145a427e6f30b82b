import { AlarmSettings, AlarmState, nextState } from '../../bench/scaling/alarm';
import { evaluate } from '../../bench/scaling/expression';
import { readScaling, ScalingRules } from '../../bench/scaling/read-template';
import { SCENARIOS } from '../../bench/scaling/scenarios';
import { simulate } from '../../bench/scaling/simulate';
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

describe("the examples' policies", () => {
  const rules = (stack: string) => readScaling(synthesizeExample('three-environments').templates[stack]);
  const scenario = (name: string) => SCENARIOS.find(each => each.name === name)!;

  test.each(['DevVideos', 'UatVideos', 'ProdVideos'])('of %s lose no job, keep to the most workers and never scale in while one is in flight', stack => {
    for (const each of SCENARIOS) {
      const outcome = simulate(rules(stack), each);
      expect([each.name, outcome.unfinished, outcome.scaleInsInFlight]).toEqual([each.name, 0, 0]);
      expect(outcome.mostDesired).toBeLessThanOrEqual(rules(stack).max);
      expect(outcome.workers.at(-1)).toBe(rules(stack).min);
    }
  });

  /** The policies with the first worker started by the event and not by an alarm. */
  const woken = (): ScalingRules => {
    const all = rules('ProdVideos');
    return { ...all, wakesByEvent: true, steps: all.steps.filter(({ adjustment }) => adjustment === 'ExactCapacity') };
  };

  test('woken by the event start one worker for one job, at once, whatever the metrics say', () => {
    for (const each of SCENARIOS.filter(({ arrivals }) => arrivals.length === 1)) {
      const { firstWantedAfter, mostDesired, mostOverJobs } = simulate(woken(), each);
      expect([each.name, firstWantedAfter! <= 10, mostDesired, mostOverJobs]).toEqual([each.name, true, 1, 0]);
    }
  });

  test('woken by the event grow with a burst, and never beyond its jobs', () => {
    const { mostDesired, mostOverJobs, unfinished } = simulate(woken(), scenario('a burst of 40'));
    expect([mostDesired > 1, mostOverJobs, unfinished]).toEqual([true, 0, 0]);
  });

  test('would scale in under a job if the idle alarm looked at waiting jobs alone: the model sees it', () => {
    const all = woken();
    const blind = { ...all, steps: all.steps.map(step => ({ ...step, alarm: { ...step.alarm, expression: 'visible' } })) };
    expect(simulate(blind, scenario('one job of 5 h')).scaleInsInFlight).toBeGreaterThan(0);
  });
});
