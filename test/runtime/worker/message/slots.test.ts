import { getEventListeners } from 'node:events';
import { Slots } from '../../../../src/runtime/worker/message/slots';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('a message that waited for a slot no longer listens to the stop signal', async () => {
  const { signal } = new AbortController();
  const slots = new Slots(1, 10);
  const first = slots.sit();
  const second = slots.sit();
  const seated = second.toSlot(signal);
  expect(listeners(signal)).toBe(1);
  first.leave();
  await seated;
  expect(listeners(signal)).toBe(0);
});

test('whoever waits for a change is released by the signal, too, and listens to neither afterwards', async () => {
  const slots = new Slots(1, 10);
  const abort = new AbortController();
  const changes = [slots.change(abort.signal), slots.change(abort.signal)];
  abort.abort();
  await Promise.all(changes);
  expect(listeners(abort.signal)).toBe(0);

  const { signal } = new AbortController();
  const change = slots.change(signal);
  slots.sit();
  await change;
  expect(listeners(signal)).toBe(0);
});

test('no message is received while one waits on the bench for a slot', async () => {
  const slots = new Slots(2, 10);
  const [first] = [slots.sit(), slots.sit()];
  const late = slots.sit();
  const { signal } = new AbortController();
  const seated = late.toSlot(signal);
  expect(slots.free).toBe(0);
  first.leave();
  await seated;
  expect(slots.free).toBe(0);
  late.leave();
  expect(slots.free).toBe(1);
});
