/** What the program's exit status says; documented in `--help` and `docs/first-video.md`. */
export const EXIT = { ok: 0, failed: 1, usage: 2, signInNeeded: 3, notFound: 4, notReady: 5 } as const;

/** Something that the user can do something about: shown as one line, with its fix, and never as a stack. */
export class CliError extends Error {
  constructor(message: string, readonly fix: string, readonly exitCode: number = EXIT.failed, readonly code = 'FAILED') {
    super(message);
    this.name = 'CliError';
  }
}

export function usageError(message: string, fix: string): CliError {
  return new CliError(message, fix, EXIT.usage, 'USAGE');
}

export function signInNeeded(message: string): CliError {
  return new CliError(message, "Run 'cdk-video-platform sign-in'.", EXIT.signInNeeded, 'SIGN_IN_NEEDED');
}

/** Any failure as one with a fix. */
export function explain(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const oneLine = `${cause?.message ?? message}`.split('\n')[0];
  if (name === 'CredentialsProviderError' || /Could not load credentials|Token is expired|SSO session/.test(message)) {
    return new CliError('There are no AWS credentials.', "Run 'aws sso login' or set AWS_PROFILE; for a local platform add --local.", EXIT.notFound, 'NO_CREDENTIALS');
  }
  if (/^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure)/.test(name)) {
    return new CliError(`AWS refuses the credentials: ${oneLine}.`, "Sign in to AWS again ('aws sso login'), or choose another --profile.", EXIT.notFound, 'BAD_CREDENTIALS');
  }
  if (/AccessDenied|NotAuthorized/.test(name)) {
    return new CliError(`AWS does not allow it: ${oneLine}.`, 'Use a profile that may, with --profile.', EXIT.failed, 'ACCESS_DENIED');
  }
  if (/Region is missing/.test(message)) {
    return new CliError('No region is set.', 'Pass --region or set AWS_REGION.', EXIT.notFound, 'NO_REGION');
  }
  if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ECONNRESET|fetch failed/.test(`${cause?.code} ${message}`)) {
    return new CliError(`The server cannot be reached (${cause?.code ?? oneLine}).`, 'Check the network, and whether the platform runs.', EXIT.failed, 'UNREACHABLE');
  }
  return new CliError(oneLine.replace(/[.!]?$/, '.'), 'Run it again with DEBUG=1 for the details.', EXIT.failed, name);
}
