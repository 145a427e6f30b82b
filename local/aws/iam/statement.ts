import { ConditionContext } from '../types';
import { Condition, compileConditions } from './conditions';
import { many, NamedPolicy, OneOrMany, PolicyStatement, UnsupportedPolicy } from './policy-document';
import { compilePrincipal, PrincipalMatch } from './principal';
import { wildcard } from './wildcard';

interface Pattern {
  readonly text: string;
  readonly matches: (value: string) => boolean;
}

/** One pair of patterns of an Allow statement: the unit in which we say whether a grant was used. */
export interface Grant {
  readonly policy: string;
  readonly statement: string;
  readonly action: string;
  readonly resource: string;
}

export interface CallFacts {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** A statement, checked and compiled once. */
export class CompiledStatement {
  readonly allows: boolean;
  readonly name: string;
  /** Undefined in an identity policy, where the principal is the role that carries it. */
  readonly principal?: PrincipalMatch;
  private readonly actions: readonly Pattern[];
  private readonly resources: readonly Pattern[];
  private readonly conditions: readonly Condition[];

  constructor(private readonly policy: string, index: number, statement: PolicyStatement, kind: 'identity' | 'resource') {
    this.name = statement.Sid ?? `statement ${index}`;
    const where = `policy ${policy}, ${this.name}`;
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
      throw new UnsupportedPolicy(where, `Effect must be Allow or Deny, received ${JSON.stringify(statement.Effect)}`);
    }
    this.allows = statement.Effect === 'Allow';
    this.actions = compilePatterns(where, 'Action', statement.Action, statement.NotAction, 'i');
    this.resources = compilePatterns(where, 'Resource', statement.Resource, statement.NotResource, '');
    this.conditions = compileConditions(where, statement.Condition);
    if (statement.NotPrincipal !== undefined) throw new UnsupportedPolicy(where, 'NotPrincipal is not supported; name the principals');
    if (kind === 'resource') this.principal = compilePrincipal(where, statement.Principal);
    else if (statement.Principal !== undefined) throw new UnsupportedPolicy(where, 'an identity policy has no Principal');
  }

  matches(call: CallFacts): boolean {
    return this.actions.some(pattern => pattern.matches(call.action))
      && this.resources.some(pattern => pattern.matches(call.resource))
      && this.conditions.every(condition => condition.holds(call.context));
  }

  /** Every action × resource pair that this statement allows; none for a Deny. */
  grants(): readonly Grant[] {
    if (!this.allows) return [];
    return this.actions.flatMap(action => this.resources.map(resource => this.grant(action, resource)));
  }

  /** The pairs that this call made use of. */
  grantsUsedBy(call: CallFacts): readonly Grant[] {
    const actions = this.actions.filter(pattern => pattern.matches(call.action));
    const resources = this.resources.filter(pattern => pattern.matches(call.resource));
    return actions.flatMap(action => resources.map(resource => this.grant(action, resource)));
  }

  private grant(action: Pattern, resource: Pattern): Grant {
    return { policy: this.policy, statement: this.name, action: action.text, resource: resource.text };
  }
}

export function compileStatements(policy: NamedPolicy, kind: 'identity' | 'resource'): readonly CompiledStatement[] {
  return many(policy.document.Statement).map((statement, index) => new CompiledStatement(policy.name, index, statement, kind));
}

function compilePatterns(
  where: string, element: string, listed: OneOrMany<string> | undefined, excepted: OneOrMany<string> | undefined, flags: '' | 'i',
): readonly Pattern[] {
  if ((listed === undefined) === (excepted === undefined)) {
    throw new UnsupportedPolicy(where, `a statement has exactly one of ${element} and Not${element}`);
  }
  const texts = many(listed ?? excepted);
  for (const text of texts) {
    if (typeof text !== 'string') {
      throw new UnsupportedPolicy(where, `${element} must be text, received ${JSON.stringify(text)}; resolve the template first`);
    }
    if (text.includes('${')) throw new UnsupportedPolicy(where, `${element} uses the policy variable in "${text}"; write the value out`);
  }
  if (listed !== undefined) return texts.map(text => compilePattern(text, flags));
  const patterns = texts.map(text => compilePattern(text, flags));
  return [{ text: `Not${element}: ${texts.join(', ')}`, matches: value => !patterns.some(pattern => pattern.matches(value)) }];
}

function compilePattern(text: string, flags: '' | 'i'): Pattern {
  const expression = wildcard(text, flags);
  return { text, matches: value => expression.test(value) };
}
