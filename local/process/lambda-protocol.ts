/** What the platform and the process that hosts a function say to each other. */

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON, so that the function sees exactly what a real one would. */
  readonly payload: string;
  /** Epoch milliseconds at which the invocation times out. */
  readonly deadline: number;
  readonly functionArn: string;
}

export type HostMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'init-error'; readonly error: FunctionError }
  | { readonly type: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'error'; readonly requestId: string; readonly error: FunctionError };

/** The error document that Lambda returns for a function that threw. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
