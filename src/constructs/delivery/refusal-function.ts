import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { MEDIA_PREFIX } from '../../runtime/contract';

/** Answers at the edge, so that a closed path never reaches an origin: 403 below `/media/`, 404 elsewhere. */
const CODE = `function handler(event) {
  var media = event.request.uri.indexOf('/${MEDIA_PREFIX}') === 0;
  return {
    statusCode: media ? 403 : 404,
    statusDescription: media ? 'Forbidden' : 'Not Found',
    headers: { 'content-type': { value: 'application/problem+json' }, 'cache-control': { value: 'no-store' } },
    body: media ? '{"type":"about:blank","title":"Media needs a signature.","status":403}'
      : '{"type":"about:blank","title":"There is nothing here.","status":404}'
  };
}
`;

/** A function for the viewer request of behaviours that let nobody in. */
export function createRefusalFunction(scope: Construct): cloudfront.FunctionAssociation {
  return {
    eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
    function: new cloudfront.Function(scope, 'ClosedDoor', {
      comment: 'Refuses what is not served: 403 for media, 404 for the rest',
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(CODE),
    }),
  };
}
