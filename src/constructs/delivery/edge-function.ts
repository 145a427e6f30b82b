import * as fs from 'fs';
import * as path from 'path';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { AWS_LIMITS } from '../../runtime/contract';
import { edgeName } from '../shared/edge-name';

/** The package's root: this file is at the same depth in `src/` and in `lib/`. */
const EDGE_ASSETS = path.resolve(__dirname, '..', '..', '..', 'assets', 'runtime', 'edge');

export interface EdgeFunctionProps {
  /** File below `src/runtime/edge`, without extension. */
  readonly source: string;
  readonly comment: string;
  readonly keyValueStore?: cloudfront.IKeyValueStore;
}

/** A CloudFront Function shipped with this library, for the viewer request of a behavior. */
export function createEdgeFunction(scope: Construct, id: string, props: EdgeFunctionProps): cloudfront.FunctionAssociation {
  const { source, comment, keyValueStore } = props;
  const file = path.join(EDGE_ASSETS, `${source}.js`);
  if (!fs.existsSync(file)) {
    throw new Error(`The CloudFront function ${source} is missing: there is no ${file}. `
      + 'In a checkout of cdk-video-platform, run `npx projen bundle`; as a dependency, install the package again.');
  }
  return {
    eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
    function: new cloudfront.Function(scope, id, {
      functionName: edgeName(scope, id, AWS_LIMITS.edgeFunctionName.value),
      comment,
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(fs.readFileSync(file, 'utf8')),
      keyValueStore,
    }),
  };
}
