import { findPlatform } from '../platform/find-platform';
import { PlatformOptions } from '../platform/platform';
import { CallbackServer } from '../session/callback-server';
import { beginSignIn } from '../session/oauth';
import { saveSession } from '../session/session-file';
import { openInBrowser } from '../terminal/browser';
import { Output } from '../terminal/output';

export async function signIn(options: PlatformOptions & { readonly browser: boolean }, output: Output): Promise<void> {
  const platform = await findPlatform(options);
  const server = await CallbackServer.start();
  try {
    const attempt = await beginSignIn(platform);
    // On standard error: with --json, standard output holds the result alone.
    process.stderr.write(`Sign in with your browser:\n  ${attempt.url}\n`);
    if (options.browser) openInBrowser(attempt.url);
    const session = await attempt.finish(await server.wait());
    const file = saveSession(session);
    const { user, expiresAt } = session;
    output.result({ url: platform.url, user, expiresAt: new Date(expiresAt).toISOString(), file },
      `${output.style('✓', 'green')} Signed in to ${platform.url} as ${user}.\n  Next: cdk-video-platform upload FILE`);
  } finally {
    server.close();
  }
}
