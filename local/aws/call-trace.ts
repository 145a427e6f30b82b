import { AsyncLocalStorage } from 'async_hooks';
import { Authorizer, Caller, ConditionContext } from './types';

/** What a request turned out to be, once its service asked for permission. */
export interface CallTrace {
  principalArn?: string;
  action?: string;
  resource?: string;
}

/** Notes, for the request at hand, who asked for what first: the services themselves know nothing of the log. */
export class TracingAuthorizer implements Authorizer {
  private readonly current = new AsyncLocalStorage<CallTrace>();

  constructor(private readonly authorizer: Authorizer) {}

  async trace<T>(trace: CallTrace, run: () => Promise<T>): Promise<T> {
    return this.current.run(trace, run);
  }

  authorize(caller: Caller, action: string, resourceArn: string, context?: ConditionContext): void {
    const trace = this.current.getStore();
    if (trace && trace.action === undefined) Object.assign(trace, { principalArn: caller.principalArn, action, resource: resourceArn });
    this.authorizer.authorize(caller, action, resourceArn, context);
  }
}
