import { describe, expect, test } from "vitest";
import { appSettings } from "../../worker/environment.ts";
import { splitSelectors } from "../../worker/selector-list.ts";

describe("settings of the deployed dashboard", () => {
	test("have defaults", () => {
		expect(appSettings({})).toMatchObject({ defaultCluster: "default", config: { title: "HiveFrame Dashboard", theme: "dark" } });
		expect(appSettings({ BRIDGE_TOKEN: "" }).bridgeToken).toBeUndefined();
	});

	test.each([['{"title":"Mine","theme":"light"}'], [{ title: "Mine", theme: "light" }]])("take the configuration %j", (config) => {
		const settings = appSettings({ DASHBOARD_CONFIG: config, BRIDGE_TOKEN: "t", DEFAULT_CLUSTER: "prod", OTHER: 1 });
		expect(settings).toMatchObject({ config: { title: "Mine", theme: "light" }, bridgeToken: "t", defaultCluster: "prod" });
	});

	test.each([
		[{ DASHBOARD_CONFIG: "{" }, /^DASHBOARD_CONFIG: write JSON such as/],
		[{ DASHBOARD_CONFIG: '{"theme":"blue"}' }, /^DASHBOARD_CONFIG\.theme: theme is "dark" or "light"/],
		[{ DASHBOARD_CONFIG: '{"tittle":"x"}' }, /^DASHBOARD_CONFIG\.tittle: /],
		[{ DASHBOARD_CONFIG: "[]" }, /^DASHBOARD_CONFIG: /],
		[{ DEFAULT_CLUSTER: "a b" }, /^DEFAULT_CLUSTER: a cluster name has/],
	])("%j are refused", (env, words) => expect(() => appSettings(env)).toThrow(words));

	test("a wrong password is not repeated", () => {
		const read = () => appSettings({ DASHBOARD_CONFIG: '{"authUsers":{"admin":12345678}}' });
		expect(read).toThrow(/authUsers\.admin: a password is text/);
		expect(read).not.toThrow(/12345678/);
	});
});

test.each([
	["a,b", ["a", "b"]],
	[" a , ,b,", ["a", "b"]],
	['a{x="1,2",y="}"},b', ['a{x="1,2",y="}"}', "b"]],
	['a{x="\\",b"},c', ['a{x="\\",b"}', "c"]],
	['a{x="1",b', ['a{x="1",b']],
	["", []],
])("names %j are %j", (text, names) => expect(splitSelectors(text)).toEqual(names));
