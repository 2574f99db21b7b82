//! The commons feed enclaves.

use bevy_ecs::prelude::*;

use crate::rules::enclave::{commons_after, strictness, taken};
use crate::state::climate::Climate;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::enclave::{Enclave, Gate};
use crate::state::events::{Event, EventKind, Events};

/// Mornings of enclaves: the commons grows and feeds them, councils answer, and the law sees what it can no longer overlook.
pub fn tend_commons(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
    mut enclaves: Query<&mut Enclave>,
) {
    let params = &law.params;
    let about = &params.enclaves;
    for (council, state) in context.councils.iter().zip(column_mut(&mut enclaves)) {
        let place = council.place;
        let residents = climate.population[place];
        (state.admitted, state.refused, state.left, state.expelled) = (0, 0, 0, 0);
        // What a council decides for its own enclave.
        let own = &law.rules[place].enclaves;
        state.norms = strictness(own.norms.get(), about.response.get(), state.commons);
        state.threshold = strictness(own.admission.get(), about.response.get(), state.commons);
        let holds = about.commons.get() * f64::from(state.founders.max(1));
        let wanted = taken(residents, state.norms, about.overuse.get())
            + f64::from(std::mem::take(&mut state.sold)) * about.craft_need.get();
        let (commons, harvest) = commons_after(state.commons, about.regrowth.get(), wanted / holds);
        (state.commons, state.harvest) = (commons, harvest * holds);

        let share = f64::from(residents) / context.active.max(1) as f64;
        state.eradicated = false;
        let seen = share > about.visible.get();
        let tell = |what, cause| Event { place: Some(place), amount: share, cause, ..Event::new(what) };
        if seen && (!state.contained || about.eradicate) {
            let visible = events.add(tell(EventKind::EnclaveVisible, state.cause));
            state.eradicated = about.eradicate;
            state.contained = !about.eradicate;
            let what = if state.eradicated { EventKind::Eradication } else { EventKind::Containment };
            state.cause = events.add(tell(what, visible));
        } else if state.contained && (about.eradicate || share < 0.9 * about.visible.get()) {
            state.contained = false;
            state.cause = events.add(tell(EventKind::ContainmentEnd, state.cause));
        }
        climate.gates[place] = Gate {
            watch: if state.contained { about.watch.get() } else { 1.0 },
            ring: if state.contained { about.ring.as_f32() } else { 0.0 },
            tariff: own.tariff.get(),
            crafts: (f64::from(residents) * own.crafts.get() * state.commons).ceil() as u32,
        };
    }
}
