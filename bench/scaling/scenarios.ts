import { Arrival, Scenario } from './simulate';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Everything has settled by then. */
const WARM_UP = 10 * MINUTE;

function jobs(count: number, takes: number, every = 0): Arrival[] {
  return Array.from({ length: count }, (_, index) => ({ at: WARM_UP + index * every, takes }));
}

const ONE = jobs(1, 4 * MINUTE);

export const SCENARIOS: readonly Scenario[] = [
  { name: 'one job, warm queue', arrivals: ONE, seconds: HOUR },
  { name: 'one job, cold queue', arrivals: ONE, seconds: HOUR, coldQueue: true },
  { name: 'one job, task counts 5 min late', arrivals: jobs(1, 10 * MINUTE), seconds: HOUR, taskDelay: 5 * MINUTE },
  { name: 'one job, no task counts', arrivals: jobs(1, 10 * MINUTE), seconds: HOUR, withoutInsights: true },
  { name: 'one job, no Spot for 20 min', arrivals: ONE, seconds: HOUR, capacityFrom: WARM_UP + 20 * MINUTE },
  { name: 'one job of 5 h', arrivals: jobs(1, 5 * HOUR), seconds: 7 * HOUR },
  { name: 'a burst of 40', arrivals: jobs(40, 2 * MINUTE), seconds: 3 * HOUR },
  { name: 'one every 3 min', arrivals: jobs(20, 2 * MINUTE, 3 * MINUTE), seconds: 2 * HOUR },
  { name: 'a deployment during a job of 1 h', arrivals: jobs(1, HOUR), seconds: 3 * HOUR, deploymentAt: WARM_UP + 20 * MINUTE },
];
