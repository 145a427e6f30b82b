import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { VideoPlatformProps } from './video-platform-props';
import { AWS_NAMES } from '../runtime/contract';

/** Warns where the stack's region, or what was given, takes away what the profile asks for. Each warning has an id to acknowledge it by. */
export function warnOfContradictions(scope: Construct, { profile, network, webAclArn }: VideoPlatformProps): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-video-platform:${id}`, message);
  const { region } = Stack.of(scope);
  const edge = AWS_NAMES.edgeRegion.value;
  if (profile.distributionWebAcl && !webAclArn && region !== edge) {
    warn('distributionWithoutWebAcl', `The profile '${profile.name}' asks for a web ACL at the distribution, and none is made: such a web ACL lives in ${edge}, `
      + `and the stack's region is ${Token.isUnresolved(region) ? 'not known at synthesis' : region}. Pass the web ACL of a VideoEdgeStack (edge, or webAclArn)`
      + `${Token.isUnresolved(region) ? ', with env: { account, region } on both stacks' : ''}; or say distributionWebAcl: false in the profile.`);
  }
  if (profile.interfaceEndpoints && network?.assignPublicIp) {
    warn('networkIsPublic', `The profile '${profile.name}' asks for workers without internet, and the network that was given gives them public IP addresses. `
      + 'Pass a PlatformNetwork with interface endpoints, or say interfaceEndpoints: false in the profile.');
  }
}
