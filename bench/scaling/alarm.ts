import { Datapoint } from './expression';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmSettings {
  readonly comparison: string;
  readonly threshold: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: string;
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Datapoints older than N that CloudWatch still looks at when newer ones are missing. It does not say how many; it is "a few". */
export const OLDER_DATAPOINTS = 2;

/**
 * The state after one evaluation, as "Configuring how CloudWatch alarms treat missing data" has it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html): while the range holds N datapoints,
 * those that are missing do not count; where it holds fewer, each one that lacks counts as the alarm says.
 *
 * @param datapoints oldest first: N and the few older ones
 */
export function nextState(settings: AlarmSettings, datapoints: readonly Datapoint[], state: AlarmState): AlarmState {
  const { comparison, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData } = settings;
  const compare = COMPARISONS[comparison];
  if (!compare) throw new Error(`the model does not know the comparison ${comparison}`);
  const present = datapoints.filter(value => value !== undefined).slice(-evaluationPeriods);
  const breaching = present.filter(value => compare(value!, threshold)).length;
  const lacking = evaluationPeriods - present.length;
  if (treatMissingData === 'breaching') return breaching + lacking >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (present.length === 0 && treatMissingData === 'missing') return 'INSUFFICIENT_DATA';
  // Too little to say that it is over: as it was.
  if (treatMissingData === 'ignore' && breaching + lacking >= datapointsToAlarm) return state;
  return 'OK';
}
