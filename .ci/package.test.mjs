// The package as its users get it: what `npm pack` ships, and that a scratch app outside the repository synthesizes with it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'cdk-video-platform-'));
let packed;

before(() => {
  packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], { encoding: 'utf8', maxBuffer: 1 << 26 }))[0];
  console.log(`package: ${packed.entryCount} files, ${(packed.size / 1e6).toFixed(2)} MB packed, ${(packed.unpackedSize / 1e6).toFixed(2)} MB unpacked`);
});
after(() => rmSync(scratch, { recursive: true, force: true }));

test('ships the constructs, the runtime bundles and the documents, and nothing else', () => {
  const allowed = [
    /^(package\.json|README\.md|LICENSE|API\.md|CHANGELOG\.md|SECURITY\.md|\.jsii)$/,
    /^lib\/(index|constructs\/.*|stacks\/.*|runtime\/contract\/.*)\.(js|d\.ts)$/,
    /^assets\/runtime\/(uploader|analytics|scaler|signing|publisher)\/index\.js$/,
    /^assets\/runtime\/publisher\/site\//,
    /^assets\/runtime\/edge\/[\w-]+\.js$/,
    /^assets\/runtime\/processor\//,
    /^assets\/cli\/main\.js$/,
    /^assets\/licenses\/(cli|console|uploader|analytics|processor|publisher|scaler|signing)\.txt$/,
  ];
  const strays = packed.files.map(file => file.path).filter(path => !allowed.some(pattern => pattern.test(path)));
  assert.deepEqual(strays, []);
});

test('ships every runtime that the constructs point at', () => {
  const paths = new Set(packed.files.map(file => file.path));
  for (const path of ['assets/runtime/uploader/index.js', 'assets/runtime/analytics/index.js', 'assets/runtime/processor/index.js',
    'assets/runtime/processor/images.js', 'assets/runtime/processor/Dockerfile']) {
    assert.ok(paths.has(path), `${path} is missing from the package`);
  }
});

test('depends on aws-cdk-lib and constructs alone', () => {
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  assert.deepEqual(Object.keys(manifest.peerDependencies), ['aws-cdk-lib', 'constructs']);
});

test('API.md is what docgen writes', () => {
  assert.equal(execFileSync('git', ['status', '--porcelain', '--', 'API.md'], { encoding: 'utf8' }), '');
});

test('every public type, property and method says what it is, and every optional one its default', () => {
  const { types } = JSON.parse(readFileSync('.jsii', 'utf8'));
  const silent = [];
  for (const { name, kind, datatype, docs, properties = [], methods = [], members = [] } of Object.values(types)) {
    if (!docs?.summary) silent.push(name);
    for (const member of [...properties, ...methods, ...members]) {
      if (!member.docs?.summary && !member.overrides) silent.push(`${name}.${member.name}`);
      if (kind === 'interface' && datatype && member.optional && !member.docs?.default) silent.push(`@default of ${name}.${member.name}`);
    }
  }
  assert.deepEqual(silent, []);
});

const lowest = manifest.peerDependencies['aws-cdk-lib'].replace('^', '');
for (const cdk of [lowest, manifest.devDependencies['aws-cdk-lib']]) {
  test(`a scratch app installs the tarball and synthesizes with aws-cdk-lib ${cdk}`, () => {
    const app = mkdtempSync(join(scratch, 'app-'));
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'scratch', private: true }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', join(scratch, packed.filename), `aws-cdk-lib@${cdk}`, 'constructs@10'], { cwd: app, stdio: 'pipe' });
    writeFileSync(join(app, 'app.js'), `
      const { App, Stack } = require('aws-cdk-lib');
      const { VideoPlatform, EnvironmentProfile } = require('cdk-video-platform');
      const app = new App({ outdir: 'cdk.out' });
      const stack = new Stack(app, 'Videos', { env: { account: '111122223333', region: 'us-east-1' } });
      new VideoPlatform(stack, 'Platform', { profile: EnvironmentProfile.prod() });
      app.synth();
    `);
    execFileSync(process.execPath, ['app.js'], { cwd: app, stdio: 'pipe' });
    assert.match(execFileSync('npx', ['--no-install', 'cdk-video-platform', '--help'], { cwd: app, encoding: 'utf8' }), /^Usage: cdk-video-platform /);
    const template = JSON.parse(readFileSync(join(app, 'cdk.out', 'Videos.template.json'), 'utf8'));
    const types = new Set(Object.values(template.Resources).map(resource => resource.Type));
    for (const type of ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::ECS::Service', 'AWS::ApiGateway::RestApi', 'AWS::CloudFront::Distribution', 'AWS::WAFv2::WebACL']) {
      assert.ok(types.has(type), `${type} is missing from the template`);
    }
    assert.ok(readdirSync(join(app, 'cdk.out')).some(name => name.startsWith('asset.')), 'no asset was staged');
  });
}
