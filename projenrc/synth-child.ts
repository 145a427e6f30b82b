/** Waits with the CDK in memory, then runs one app; the CDK synthesizes it when nothing is left to do. */
import 'aws-cdk-lib';

process.once('message', (message: { readonly app: string; readonly outdir: string }) => {
  process.env.CDK_OUTDIR = message.outdir;
  // Not within the handler of the message, whose channel Node still works on.
  setImmediate(() => {
    process.disconnect();
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require(message.app);
  });
});
