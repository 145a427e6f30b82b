/** `config.json` of the web console: what differs from one environment to the next. Nothing in it is secret. */
export interface ConsoleConfig {
  /** Of the tokens; `https://cognito-idp.REGION.amazonaws.com/POOL`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Origin of the sign-in page; `https://PREFIX.auth.REGION.amazoncognito.com`. */
  readonly userPoolDomain: string;
  readonly scopes: readonly string[];
  readonly maxUploadBytes: number;
  readonly region: string;
}

/** Properties of the custom resource that stands for a published console. */
export interface ConsolePublication {
  /** A `ConsoleConfig` as JSON. */
  readonly Config: string;
  /** Changes with the build, so that CloudFormation publishes it. */
  readonly Build: string;
  /** CloudFormation hands on text alone. */
  readonly EmptyOnDelete: 'true' | 'false';
}
