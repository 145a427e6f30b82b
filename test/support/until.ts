const LOOK_MS = 5;

/** Waits until something holds, which happens in another process or on the other side of a connection; fails the test when it does not. */
export async function until(holds: () => boolean | Promise<boolean>, milliseconds = 10_000, said: () => string = () => holds.toString()): Promise<void> {
  for (const deadline = Date.now() + milliseconds; !await holds();) {
    if (Date.now() > deadline) throw new Error(`It did not come true within ${milliseconds} ms: ${said()}`);
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}
