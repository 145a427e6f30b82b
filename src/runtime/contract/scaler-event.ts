/** What the schedule sends to the scaler; every other event is the arrival of a source. */
export const FOLLOW_QUEUE = { action: 'follow' } as const;
