import { Arrival, Scenario } from './world';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Everything has settled by then. */
const WARM_UP = 10 * MINUTE;

function jobs(count: number, takes: number, every = 0): Arrival[] {
  return Array.from({ length: count }, (_, index) => ({ at: WARM_UP + index * every, takes }));
}

const ONE = jobs(1, 4 * MINUTE);

export const SCENARIOS: readonly Scenario[] = [
  { name: 'one job', arrivals: ONE, seconds: HOUR },
  { name: 'one job, cold queue: metrics 15 min late', arrivals: ONE, seconds: HOUR, coldQueue: true },
  { name: 'one job, every metric 5 min late', arrivals: jobs(1, 10 * MINUTE), seconds: HOUR, queueDelay: 5 * MINUTE, taskDelay: 5 * MINUTE },
  { name: 'one job, no metrics at all', arrivals: jobs(1, 10 * MINUTE), seconds: HOUR, withoutMetrics: true },
  { name: 'one job, its event lost', arrivals: ONE, seconds: HOUR, eventsLost: true },
  { name: 'one job, the scaler fails for 10 min', arrivals: ONE, seconds: HOUR, scalerFrom: WARM_UP + 10 * MINUTE },
  { name: 'one job, no Spot for 20 min', arrivals: ONE, seconds: HOUR, capacityFrom: WARM_UP + 20 * MINUTE },
  { name: 'four jobs, no Spot for 20 min', arrivals: jobs(4, 4 * MINUTE), seconds: 2 * HOUR, capacityFrom: WARM_UP + 20 * MINUTE },
  { name: 'one job of 5 h', arrivals: jobs(1, 5 * HOUR), seconds: 7 * HOUR },
  { name: 'one of 5 h, and one of 2 min behind it', arrivals: [...jobs(1, 5 * HOUR), { at: WARM_UP + 10 * MINUTE, takes: 2 * MINUTE }], seconds: 7 * HOUR },
  { name: 'another just before scale-in', arrivals: [...ONE, { at: WARM_UP + 13 * MINUTE - 10, takes: 4 * MINUTE }], seconds: HOUR },
  { name: 'another just after scale-in', arrivals: [...ONE, { at: WARM_UP + 13 * MINUTE + 10, takes: 4 * MINUTE }], seconds: HOUR },
  { name: 'one every 3 min', arrivals: jobs(20, 2 * MINUTE, 3 * MINUTE), seconds: 2 * HOUR },
  { name: 'a burst of 100', arrivals: jobs(100, 2 * MINUTE), seconds: 4 * HOUR },
  { name: 'a deployment, one job', arrivals: ONE, seconds: HOUR, deploymentAt: WARM_UP + 2 * MINUTE },
  { name: 'a deployment, a job of 5 h', arrivals: jobs(1, 5 * HOUR), seconds: 7 * HOUR, deploymentAt: WARM_UP + 2 * MINUTE },
  { name: 'a deployment, a backlog of hours', arrivals: jobs(40, 30 * MINUTE), seconds: 12 * HOUR, deploymentAt: WARM_UP + 20 * MINUTE },
];
