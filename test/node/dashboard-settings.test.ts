import { describe, expect, test } from "vitest";
import { appSettings } from "../../worker/cloudflare/environment.ts";
import { splitSelectors } from "../../worker/http/responses.ts";

describe("settings of the deployed dashboard", () => {
	test("have defaults", () => {
		expect(appSettings({})).toMatchObject({ defaultCluster: "default", config: { title: "HiveFrame Dashboard", theme: "system" } });
		expect(appSettings({ BRIDGE_TOKEN: "" }).bridgeToken).toBeUndefined();
	});

	test.each([['{"title":"Mine","theme":"light"}'], [{ title: "Mine", theme: "light" }]])("take the configuration %j", (config) => {
		const settings = appSettings({ DASHBOARD_CONFIG: config, BRIDGE_TOKEN: "t", DEFAULT_CLUSTER: "prod", OTHER: 1 });
		expect(settings).toMatchObject({ config: { title: "Mine", theme: "light" }, bridgeToken: "t", defaultCluster: "prod" });
	});

	test("take users and a key from secrets; users turn sign-in on", () => {
		const settings = appSettings({
			AUTH_USERS: '{"ann":"correct horse","bob":{"password":"x","role":"viewer"}}',
			DASHBOARD_CONFIG: { authUsers: { eve: "y" } },
			SESSION_KEY: "k".repeat(32),
		});
		expect(settings).toMatchObject({ sessionKey: "k".repeat(32), config: { authEnabled: true } });
		expect(Object.keys(settings.config.authUsers ?? {})).toEqual(["eve", "ann", "bob"]);
		expect(appSettings({ DASHBOARD_CONFIG: { authUsers: { eve: "y" } } }).config.authEnabled).toBe(false);
	});

	test("without sign-in it is read-only, unless the configuration says otherwise", () => {
		for (const env of [
			{},
			{ AUTH_USERS: "{}" },
			{ DASHBOARD_CONFIG: '{"title":"Mine"}' },
			{ DASHBOARD_CONFIG: { authUsers: { a: "b" } } },
		]) {
			expect(appSettings(env)).toMatchObject({ config: { readonly: true, authEnabled: false }, lacksSignIn: true });
		}
		for (const DASHBOARD_CONFIG of ['{"readonly":false}', { readonly: false }]) {
			const settings = appSettings({ DASHBOARD_CONFIG });
			expect(settings.config.readonly).toBe(false);
			expect(settings.lacksSignIn).toBeUndefined();
		}
		expect(appSettings({ DASHBOARD_CONFIG: { readonly: true } }).lacksSignIn).toBeUndefined();
		const guarded = appSettings({ AUTH_USERS: '{"ann":"correct horse"}' });
		expect(guarded).toMatchObject({ config: { readonly: false, authEnabled: true } });
		expect(guarded.lacksSignIn).toBeUndefined();
	});

	test.each([
		[{ DASHBOARD_CONFIG: "{" }, /^DASHBOARD_CONFIG: write JSON such as/],
		[{ DASHBOARD_CONFIG: '{"theme":"blue"}' }, /^DASHBOARD_CONFIG\.theme: theme is "dark", "light" or "system"/],
		[{ DASHBOARD_CONFIG: '{"tittle":"x"}' }, /^DASHBOARD_CONFIG\.tittle: /],
		[{ DASHBOARD_CONFIG: "[]" }, /^DASHBOARD_CONFIG: /],
		[{ AUTH_USERS: "ann:secret-word" }, /^AUTH_USERS: write JSON such as/],
		[
			{ AUTH_USERS: '{"ann":{"passwordHash":"secret-word"}}' },
			/^AUTH_USERS\.ann\.passwordHash: this is not a supported hash: make one with `hiveframe-dashboard hash`/,
		],
		[{ AUTH_USERS: '{"ann":{"password":"secret-word","role":"root"}}' }, /^AUTH_USERS\.ann: .* a role is "viewer" or "operator"/],
		[{ SESSION_KEY: "secret-word" }, /^SESSION_KEY: SESSION_KEY has 32 characters or more/],
		[{ DASHBOARD_CONFIG: { cloudflareAccess: { team: "my-team", audience: "x", roles: {} } } }, /cloudflareAccess\.team: write https/],
		[{ DASHBOARD_CONFIG: { allowedHosts: ["a b"] } }, /allowedHosts\.0: write a host/],
		[{ DASHBOARD_CONFIG: { corsOrigins: ["*"] } }, /corsOrigins\.0: write an origin/],
		[
			{ DASHBOARD_CONFIG: { activeSeries: 10, knownSeries: 9 } },
			/^DASHBOARD_CONFIG\.knownSeries: the number is below activeSeries: .*raise/,
		],
		[{ DEFAULT_CLUSTER: "a b" }, /^DEFAULT_CLUSTER: a cluster name has/],
	])("%j are refused", (env, words) => {
		expect(() => appSettings(env)).toThrow(words);
		expect(() => appSettings(env)).not.toThrow(/secret-word/);
	});

	test("a wrong password is not repeated", () => {
		const read = () => appSettings({ DASHBOARD_CONFIG: '{"authUsers":{"admin":12345678}}' });
		expect(read).toThrow(/authUsers\.admin: a password is text/);
		expect(read).not.toThrow(/12345678/);
	});
});

test("a limit on series that is not given follows the one that is", () => {
	const limits = (config: object) => {
		const { activeSeries, knownSeries } = appSettings({ DASHBOARD_CONFIG: config }).config;
		return [activeSeries, knownSeries];
	};
	expect(limits({})).toEqual([50_000, 125_000]);
	expect(limits({ knownSeries: 1_000 })).toEqual([1_000, 1_000]);
	expect(limits({ activeSeries: 200_000 })).toEqual([200_000, 500_000]);
	expect(limits({ activeSeries: 1_000 })).toEqual([1_000, 125_000]);
	expect(limits({ activeSeries: 7, knownSeries: 7 })).toEqual([7, 7]);
});

test.each([
	["a,b", ["a", "b"]],
	[" a , ,b,", ["a", "b"]],
	['a{x="1,2",y="}"},b', ['a{x="1,2",y="}"}', "b"]],
	['a{x="\\",b"},c', ['a{x="\\",b"}', "c"]],
	['a{x="1",b', ['a{x="1",b']],
	["", []],
])("names %j are %j", (text, names) => expect(splitSelectors(text)).toEqual(names));
