import * as fs from 'node:fs';
import * as path from 'node:path';
import { EXAMPLE_NAMES, runExample, synthesizeExample } from '../support/examples';

const LOOK_UPS = 'missing';

describe('examples', () => {
  it('are the three that the README names', () => {
    expect(EXAMPLE_NAMES).toEqual(['bring-your-own', 'minimal', 'three-environments']);
  });

  it.each(EXAMPLE_NAMES)('%s passes every validation of the CDK and cdk-nag, and comes out the same twice', name => {
    // The one runs as the CDK CLI would run it and throws on a finding; the other shares this process.
    expect(runExample(name)).toEqual(synthesizeExample(name).templates);
  }, 120_000);

  it.each(EXAMPLE_NAMES)('%s asks no account anything', name => {
    const { app } = synthesizeExample(name);
    expect(app.synth().manifest[LOOK_UPS]).toBeUndefined();
  });

  it.each(EXAMPLE_NAMES)('%s has a README and a command for the CDK CLI', name => {
    const folder = path.resolve(__dirname, '..', '..', 'examples', name);
    expect(fs.readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain('npx cdk synth');
    expect(JSON.parse(fs.readFileSync(path.join(folder, 'cdk.json'), 'utf8')).app).toBe('npx tsx app.ts');
  });

  it('minimal is about ten lines of code', () => {
    const source = fs.readFileSync(path.resolve(__dirname, '..', '..', 'examples', 'minimal', 'app.ts'), 'utf8');
    const code = source.split('\n').filter(line => line.trim() && !/^\s*(\/\/|\/\*\*)/.test(line));
    expect(code.length).toBeLessThanOrEqual(12);
  });

  it('three-environments differ in size, lifetime and what guards them, not in what does the work', () => {
    const { templates } = synthesizeExample('three-environments');
    const work = /^AWS::(ECS|SQS|DynamoDB)::/;
    const types = (stack: string) => Object.values(templates[stack].Resources).map(resource => resource.Type).filter(type => work.test(type)).sort();
    expect(types('DevVideos')).toEqual(types('ProdVideos'));
    expect(types('UatVideos')).toEqual(types('ProdVideos'));
    expect(Object.keys(templates).sort()).toEqual(['DevVideos', 'ProdVideos', 'ProdVideosEdge', 'UatVideos']);
  });
});
