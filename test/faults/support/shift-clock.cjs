/* Preloaded into a worker: its wall clock is off by FAULTS_CLOCK_SHIFT_MS, its monotonic clock is not. */
const shift = Number(process.env.FAULTS_CLOCK_SHIFT_MS);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
