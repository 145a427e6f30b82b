import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { createEdgeFunction } from './edge-function';
import { createConsoleHeaders, createDataHeaders, createEmbedHeaders, createTokenMediaHeaders } from './response-headers';
import { MEDIA_PREFIX, TOKEN_PREFIX } from '../../runtime/contract';
import { ISigningKeys } from '../secrets/signing-keys';

/** What the distribution does with each path. */
export class Behaviors {
  private readonly dataHeaders: cloudfront.ResponseHeadersPolicy;

  constructor(private readonly scope: Construct) {
    this.dataHeaders = createDataHeaders(scope);
  }

  /**
   * Media, opened by cookies or by a token in the path. Both cache by path alone and the token is taken out of the path before the cache
   * is asked, so neither viewers nor tokens multiply what is cached. No compression: Accept-Encoding would be part of the key, and
   * media is compressed already.
   */
  media(origin: cloudfront.IOrigin, keys: ISigningKeys | undefined): Record<string, cloudfront.BehaviorOptions> {
    const common: cloudfront.BehaviorOptions = {
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS,
      compress: false,
      responseHeadersPolicy: this.dataHeaders,
    };
    if (!keys) {
      const closed = createEdgeFunction(this.scope, 'MediaClosed', { source: 'media-closed', comment: 'Answers 403: there are no keys' });
      return { [`${MEDIA_PREFIX}*`]: { ...common, functionAssociations: [closed] } };
    }
    const token = createEdgeFunction(this.scope, 'MediaToken', {
      source: 'media-token', comment: 'Verifies the token of a path and takes it out', keyValueStore: keys.tokenKeys,
    });
    return {
      [`${TOKEN_PREFIX}*`]: { ...common, functionAssociations: [token], responseHeadersPolicy: createTokenMediaHeaders(this.scope) },
      [`${MEDIA_PREFIX}*`]: { ...common, trustedKeyGroups: [keys.keyGroup] },
    };
  }

  /** The API: never cached, asked with the viewer's own headers and told what only the edge knows. */
  api(origin: cloudfront.IOrigin): cloudfront.BehaviorOptions {
    const facts = createEdgeFunction(this.scope, 'ViewerFacts', { source: 'viewer-facts', comment: 'Tells the API the IP address and host of the viewer' });
    return {
      origin,
      // A redirect would come after the token has already been sent in the clear.
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [facts],
      compress: true,
      responseHeadersPolicy: this.dataHeaders,
    };
  }

  /** The console; every path of the application is its one page. */
  console(origin: cloudfront.IOrigin, connectSources: readonly string[]): cloudfront.BehaviorOptions {
    const fallback = createEdgeFunction(this.scope, 'SpaFallback', { source: 'spa-fallback', comment: 'Serves one page for all paths of the console' });
    return { ...this.page(origin, fallback), responseHeadersPolicy: createConsoleHeaders(this.scope, connectSources) };
  }

  /** The player that other sites may show. */
  embed(origin: cloudfront.IOrigin, frameAncestors: readonly string[]): cloudfront.BehaviorOptions {
    const fallback = createEdgeFunction(this.scope, 'EmbedPage', { source: 'embed-page', comment: 'Serves the embedded player for all videos' });
    return { ...this.page(origin, fallback), responseHeadersPolicy: createEmbedHeaders(this.scope, frameAncestors) };
  }

  /** Every path that nothing is served on. */
  nothing(origin: cloudfront.IOrigin): cloudfront.BehaviorOptions {
    const refuse = createEdgeFunction(this.scope, 'NothingHere', { source: 'nothing-here', comment: 'Answers 404 to what is not served' });
    // Nothing gets past the function, but CloudFront wants an origin behind it.
    return { ...this.page(origin, refuse), responseHeadersPolicy: this.dataHeaders };
  }

  private page(origin: cloudfront.IOrigin, viewerRequest: cloudfront.FunctionAssociation): cloudfront.BehaviorOptions {
    return {
      origin,
      functionAssociations: [viewerRequest],
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      compress: true,
    };
  }
}
