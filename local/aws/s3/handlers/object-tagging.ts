import { element, xmlDocument } from '../../xml';
import { Call, sendXml } from '../call';
import { locateObject } from '../locate';

/** Nothing here can be tagged, so no object has tags; the AWS CLI asks before it copies a large one. */
export async function getObjectTagging(call: Call): Promise<void> {
  const { request, bucket, authorization } = call;
  locateObject(call, bucket, request.key, request.query.get('versionId'));
  authorization.object(bucket.definition, request.key, 's3:GetObjectTagging');
  sendXml(call, xmlDocument('Tagging', [element('TagSet', [])]));
}
