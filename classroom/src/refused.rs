//! What is said to whoever asks for something that cannot be.

/// Why a command is refused: sentences for people.
pub type Refused = Vec<String>;
