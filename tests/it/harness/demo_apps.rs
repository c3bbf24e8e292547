//! The provider with its three demo applications running, for browsers to walk between.

use std::{future::pending, sync::Arc};

use idp::{config::Settings, demo, system::SystemClock};
use tokio::net::TcpListener;

use super::{Env, app::Provider};

/// All four on free ports; they end with the test's runtime.
pub struct DemoApps {
    pub provider: Provider,
    /// `http://127.0.0.1:PORT`
    pub semafor: String,
    pub apera_net: String,
    pub bourse_mobilite: String,
}

impl DemoApps {
    /// On the computer's clock: the applications' OpenID Connect library reads no other.
    pub async fn start(env: &Env) -> Self {
        let (mut listeners, mut ports) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            ports.push(listener.local_addr().expect("its address").port());
            listeners.push(listener);
        }
        let ports: [u16; 3] = ports.try_into().expect("three ports");
        let change = |settings: &mut Settings| settings.demo.application_ports = ports;
        let provider = Provider::with(env, ports, Arc::new(SystemClock), change).await;
        let running = provider.app.demo.expect("demo mode");
        demo::applications::spawn(&provider.app, &running, listeners, pending::<()>).expect("three applications");
        let [semafor, apera_net, bourse_mobilite] = ports.map(|port| format!("http://127.0.0.1:{port}"));
        Self { provider, semafor, apera_net, bourse_mobilite }
    }
}
