/** A statement of a WAF rule, in the template's words. */
export interface WafStatement {
  readonly NotStatement?: { readonly Statement: WafStatement };
  readonly OrStatement?: { readonly Statements: readonly WafStatement[] };
  readonly AndStatement?: { readonly Statements: readonly WafStatement[] };
  readonly ByteMatchStatement?: {
    readonly SearchString: string;
    readonly PositionalConstraint: string;
    readonly FieldToMatch: { readonly SingleHeader?: { readonly Name: string } };
  };
}

export interface WafRule {
  readonly Name: string;
  readonly Action?: { readonly Block?: object };
  readonly Statement: WafStatement;
}

/**
 * The part of WAF that decides by headers. Rules that need what a laptop does not have (lists of IP addresses, counts over minutes, AWS's
 * own rule groups) let everything pass.
 *
 * @returns the name of the rule that blocks a request
 */
export function blockingRule(rules: readonly WafRule[], rawHeaders: readonly string[]): string | undefined {
  return rules.find(({ Action, Statement }) => Action?.Block && decides(Statement) && matches(Statement, rawHeaders))?.Name;
}

function decides({ NotStatement, OrStatement, AndStatement, ByteMatchStatement }: WafStatement): boolean {
  if (NotStatement) return decides(NotStatement.Statement);
  const parts = OrStatement?.Statements ?? AndStatement?.Statements;
  if (parts) return parts.every(decides);
  return ByteMatchStatement?.PositionalConstraint === 'EXACTLY' && ByteMatchStatement.FieldToMatch.SingleHeader !== undefined;
}

function matches({ NotStatement, OrStatement, AndStatement, ByteMatchStatement }: WafStatement, headers: readonly string[]): boolean {
  if (NotStatement) return !matches(NotStatement.Statement, headers);
  if (OrStatement) return OrStatement.Statements.some(each => matches(each, headers));
  if (AndStatement) return AndStatement.Statements.every(each => matches(each, headers));
  const { SearchString, FieldToMatch } = ByteMatchStatement!;
  const name = FieldToMatch.SingleHeader!.Name.toLowerCase();
  return headers.some((each, index) => index % 2 === 0 && each.toLowerCase() === name && headers[index + 1] === SearchString);
}
