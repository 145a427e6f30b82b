/** What the services of the loopback gateway share: who calls, and how a service asks whether the caller may. */

/** A principal that the template defines (a function's or task's role), or the demo's own operator. */
export interface Caller {
  readonly accessKeyId: string;
  /** ARN of the role whose policies apply, as the resolved template names it. */
  readonly principalArn: string;
}

/** The secret behind an access key, for signature verification. */
export interface Credential {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** When set, requests must carry it, as temporary credentials do. */
  readonly sessionToken?: string;
  /** Calls signed after this moment get `ExpiredToken`. */
  readonly expiresAt?: Date;
}

export interface CredentialStore {
  find(accessKeyId: string): Credential | undefined;
}

/** Condition keys of one call, such as `s3:x-amz-server-side-encryption` or `aws:SecureTransport`. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

export interface Authorizer {
  /**
   * Returns when the synthesized policies allow the call.
   *
   * @throws AccessDenied naming principal, action and resource when no statement allows it or one denies it.
   */
  authorize(caller: Caller, action: string, resourceArn: string, context?: ConditionContext): void;
}

/** Thrown by an {@link Authorizer}; each service renders it in its own protocol. */
export class AccessDenied extends Error {
  constructor(readonly principalArn: string, readonly action: string, readonly resourceArn: string, why: string) {
    super(`${principalArn} is not authorized to perform ${action} on ${resourceArn}: ${why}`);
    this.name = 'AccessDenied';
  }
}

/** The current time; injected so that tests and fault schedules can shift it. */
export type Now = () => Date;
