import { AssemblyStack } from './cloud-assembly';
import { TemplateError } from './errors';

/**
 * The stacks of the one environment that runs locally. An app with several environments has a worker in each: the one
 * named for development is taken, or else the first.
 *
 * @throws TemplateError when no stack holds a worker.
 */
export function selectEnvironment(stacks: readonly AssemblyStack[]): readonly AssemblyStack[] {
  const withWorker = stacks.filter(holdsWorker);
  if (withWorker.length === 0) {
    throw new TemplateError(`No stack holds an AWS::ECS::Service, so there is no environment to run; stacks: ${stacks.map(s => s.id).join(', ')}`);
  }
  const main = withWorker.find(stack => /dev/i.test(stack.name)) ?? withWorker[0];
  const connected = reach(main, stack => [...parents(stack, stacks), ...stacks.filter(other => other.dependencies.includes(stack.id))]);
  // Environments that share a stack (an edge stack, say) are all connected; then only what the chosen one needs is taken.
  const chosen = connected.filter(holdsWorker).length === 1 ? connected : reach(main, stack => parents(stack, stacks));
  return [main, ...stacks.filter(stack => stack !== main && chosen.includes(stack))];
}

function holdsWorker(stack: AssemblyStack): boolean {
  return Object.values(stack.template.Resources ?? {}).some(resource => resource.Type === 'AWS::ECS::Service');
}

function parents(stack: AssemblyStack, stacks: readonly AssemblyStack[]): AssemblyStack[] {
  return stacks.filter(other => stack.dependencies.includes(other.id));
}

function reach(start: AssemblyStack, next: (stack: AssemblyStack) => AssemblyStack[]): AssemblyStack[] {
  const reached = new Set([start]);
  for (const stack of reached) next(stack).forEach(neighbour => reached.add(neighbour));
  return [...reached];
}
