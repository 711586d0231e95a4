/** A host under test: a dashboard at an address, with the bridge's token. */
export interface Host {
	/** Without a slash at the end. */
	url: string;
	token: string;
	stop(): Promise<void>;
}

export type StartHost = () => Promise<Host>;
