// Drives an HTTP API through its life by the JavaScript SDK v3. Ends with
// status 0 and the line "ok", or with what went wrong.
// Usage: node lifecycle.mjs all | signed
import assert from "node:assert/strict";
import {
  ApiGatewayV2Client, ApiGatewayV2ServiceException, BadRequestException, ConflictException, NotFoundException,
  CreateApiCommand, CreateDeploymentCommand, CreateIntegrationCommand, CreateRouteCommand, CreateStageCommand,
  DeleteApiCommand, DeleteCorsConfigurationCommand, DeleteIntegrationCommand, DeleteRouteCommand, DeleteStageCommand,
  GetApiCommand, GetApisCommand, GetDeploymentsCommand, GetIntegrationCommand, GetRouteCommand, GetRoutesCommand, GetStageCommand, GetTagsCommand, ListPortalsCommand,
  TagResourceCommand, UntagResourceCommand, UpdateApiCommand, UpdateIntegrationCommand, UpdateRouteCommand, UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";

const client = new ApiGatewayV2Client({ maxAttempts: 1 });
const send = (command) => client.send(command);

async function apis() {
  const made = await send(new CreateApiCommand({
    Name: "js", ProtocolType: "HTTP", Tags: { team: "web" },
    CorsConfiguration: { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], MaxAge: 60, AllowCredentials: true },
  }));
  const api = { ApiId: made.ApiId };
  assert.equal(made.$metadata.httpStatusCode, 201);
  assert.ok(made.CreatedDate instanceof Date && Math.abs(Date.now() - made.CreatedDate) < 600e3, "CreatedDate is about now");
  const got = await send(new GetApiCommand(api));
  assert.deepEqual(got.CorsConfiguration, { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], MaxAge: 60, AllowCredentials: true });
  const renamed = await send(new UpdateApiCommand({ ...api, Name: "js2" }));
  assert.equal(renamed.Name, "js2");
  assert.deepEqual(renamed.Tags, { team: "web" });
  await send(new DeleteCorsConfigurationCommand(api));
  assert.equal((await send(new GetApiCommand(api))).CorsConfiguration, undefined);
  return api;
}

async function parts(api) {
  const made = await send(new CreateIntegrationCommand({
    ...api, IntegrationType: "HTTP_PROXY", IntegrationMethod: "ANY", IntegrationUri: "http://127.0.0.1:9/x", PayloadFormatVersion: "1.0",
    RequestParameters: { "overwrite:header.x-a": "$context.stage" }, ResponseParameters: { 404: { "overwrite:statuscode": "200" } },
  }));
  const integration = { ...api, IntegrationId: made.IntegrationId };
  assert.equal((await send(new UpdateIntegrationCommand({ ...integration, TimeoutInMillis: 1234 }))).TimeoutInMillis, 1234);
  assert.deepEqual((await send(new GetIntegrationCommand(integration))).ResponseParameters, { 404: { "overwrite:statuscode": "200" } });
  const routes = [];
  for (let i = 0; i < 5; i++) {
    routes.push(await send(new CreateRouteCommand({ ...api, RouteKey: `GET /r${i}`, Target: `integrations/${made.IntegrationId}` })));
  }
  const keys = [];
  let pages = 0;
  for (let NextToken; pages === 0 || NextToken; pages++) {
    const page = await send(new GetRoutesCommand({ ...api, MaxResults: "2", NextToken }));
    assert.ok(page.Items.length <= 2);
    keys.push(...page.Items.map((r) => r.RouteKey));
    NextToken = page.NextToken;
  }
  assert.deepEqual(keys.sort(), ["GET /r0", "GET /r1", "GET /r2", "GET /r3", "GET /r4"]);
  assert.equal(pages, 3);
  const route = { ...api, RouteId: routes[0].RouteId };
  await send(new UpdateRouteCommand({ ...route, RouteKey: "POST /r0" }));
  assert.equal((await send(new GetRouteCommand(route))).RouteKey, "POST /r0");
  await refused(send(new DeleteIntegrationCommand(integration)), ConflictException, 409);
  await refused(send(new CreateRouteCommand({ ...api, RouteKey: "GET /r1" })), ConflictException, 409);
  for (const r of routes.slice(1)) await send(new DeleteRouteCommand({ ...api, RouteId: r.RouteId }));
}

async function stages(api) {
  const stage = { ...api, StageName: "dev" };
  await send(new CreateStageCommand({ ...stage, AutoDeploy: true, StageVariables: { a: "1", b: "2" },
    RouteSettings: { "POST /r0": { ThrottlingRateLimit: 1.5 } } }));
  await send(new UpdateStageCommand({ ...stage, StageVariables: { a: "" }, AutoDeploy: false }));
  const got = await send(new GetStageCommand(stage));
  assert.deepEqual(got.StageVariables, { b: "2" });
  assert.equal(got.RouteSettings["POST /r0"].ThrottlingRateLimit, 1.5);
  const made = await send(new CreateDeploymentCommand({ ...stage, Description: "second" }));
  assert.equal(made.DeploymentStatus, "DEPLOYED");
  assert.equal((await send(new GetStageCommand(stage))).DeploymentId, made.DeploymentId);
  assert.ok((await send(new GetDeploymentsCommand(api))).Items.length >= 2);
  await send(new DeleteStageCommand(stage));
  await refused(send(new GetStageCommand(stage)), NotFoundException, 404);
}

async function tags(api) {
  const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${api.ApiId}`;
  await send(new TagResourceCommand({ ResourceArn, Tags: { "a b": "c/d" } }));
  assert.deepEqual((await send(new GetTagsCommand({ ResourceArn }))).Tags, { team: "web", "a b": "c/d" });
  await send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a b", "team"] }));
  assert.deepEqual((await send(new GetTagsCommand({ ResourceArn }))).Tags, {});
}

async function errors(api) {
  const e = await refused(send(new GetApiCommand({ ApiId: "nosuch" })), NotFoundException, 404);
  assert.equal(e.ResourceType, "Api");
  await refused(send(new CreateIntegrationCommand({ ...api, IntegrationType: "MOCK" })), BadRequestException, 400);
  const unbuilt = await refused(send(new ListPortalsCommand({})), ApiGatewayV2ServiceException, 501);
  assert.equal(unbuilt.name, "NotImplementedException");
  assert.match(unbuilt.message, /ListPortals/);
}

async function refused(call, type, status) {
  try {
    await call;
  } catch (e) {
    assert.ok(e instanceof type, `want ${type.name}, got ${e.name}: ${e.message}`);
    assert.equal(e.$metadata.httpStatusCode, status);
    return e;
  }
  assert.fail(`want ${type.name}, got success`);
}

async function all() {
  const api = await apis();
  await parts(api);
  await stages(api);
  await tags(api);
  await errors(api);
  await send(new DeleteApiCommand(api));
  await refused(send(new GetApiCommand(api)), NotFoundException, 404);
}

// signed wants the keys of the environment to pass, and others to be refused.
async function signed() {
  await send(new GetApisCommand({}));
  const own = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "not the secret" };
  const wrong = new ApiGatewayV2Client({ maxAttempts: 1, credentials: own });
  const e = await refused(wrong.send(new GetApisCommand({})), ApiGatewayV2ServiceException, 403);
  assert.equal(e.name, process.argv[3]);
  const stranger = new ApiGatewayV2Client({ maxAttempts: 1, credentials: { ...own, accessKeyId: "AKIDSTRANGER" } });
  assert.equal((await refused(stranger.send(new GetApisCommand({})), ApiGatewayV2ServiceException, 403)).name, process.argv[4]);
}

await ({ all, signed }[process.argv[2]])();
console.log("ok");
