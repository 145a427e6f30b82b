import { countTemplates } from './template-count';

/** Says on how many different templates the deployment rules ran. */
export default function afterAllTests(): void {
  const count = countTemplates();
  if (count > 0) process.stdout.write(`\nThe deployment rules ran on ${count} different templates.\n`);
}
