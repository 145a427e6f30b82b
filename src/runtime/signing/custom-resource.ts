/** What CloudFormation sends to a function that stands for a resource (CloudFormation user guide, "Custom resource request objects"). */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

export interface CustomResourceResult {
  readonly physicalResourceId: string;
  readonly data?: Readonly<Record<string, string>>;
}

export function isCustomResourceEvent(event: object): event is CustomResourceEvent {
  return 'RequestType' in event && 'ResponseURL' in event;
}

/**
 * Answers CloudFormation whatever happens: a stack that is not answered hangs for an hour.
 *
 * @throws when the answer itself cannot be delivered, so that Lambda tries again
 */
export async function answering(event: CustomResourceEvent, work: () => Promise<CustomResourceResult>): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const common = { StackId, RequestId, LogicalResourceId, NoEcho: false };
  let answer: object;
  try {
    const { physicalResourceId, data } = await work();
    answer = { ...common, Status: 'SUCCESS', PhysicalResourceId: physicalResourceId, Data: data };
  } catch (error) {
    // A resource that was never made keeps the id that CloudFormation is then told to delete.
    answer = { ...common, Status: 'FAILED', PhysicalResourceId: event.PhysicalResourceId ?? LogicalResourceId, Reason: (error as Error).message };
  }
  const response = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer), headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
}
